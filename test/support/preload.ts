// The launcher hands no NODE_OPTIONS and no BUN_OPTIONS to amp-session, so what tests load into it goes in front of the
// committed program, unchanged behind it.
import { readFileSync } from 'node:fs';
import { stageModule } from './terraform/stage.ts';

/** The variable that names a file for amp-session to load first. */
export const PRELOAD = 'AMP_TEST_PRELOAD';

/** The program's file in `scripts/`. */
export const PROGRAM = 'amp-session/main.cjs';

/** The committed program as tests place it. */
export function preloadingProgram(): string {
  const program = readFileSync(`scripts/${PROGRAM}`, 'utf8');
  return `"use strict";if(process.env.${PRELOAD})require(process.env.${PRELOAD});\n${program}`;
}

/**
 * Stages the module with that program.
 * @returns the folder, which the caller removes.
 */
export function stagePreloadingModule(): Promise<string> {
  return stageModule({ [PROGRAM]: preloadingProgram() });
}
