import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, Refusal } from '../system/exit.ts';

/** In front of the name of a variable that a runtime would have read (scripts/amp-session.sh). */
const GIVEN = 'AMP_MODULE_GIVEN_';

/** Undefined where this program was not started by the launcher. */
let commandFolder: string | undefined;

/**
 * Takes over what the launcher kept from the runtime: the current folder, in which this process must never be
 * (Bun resolves even our own files by the tsconfig.json there), and the variables of other programs. What we
 * start gets those as they were.
 * @param env this process's environment, which is changed.
 */
export function takeFromLauncher(env: NodeJS.ProcessEnv): void {
  commandFolder = env['AMP_MODULE_CWD'];
  delete env['AMP_MODULE_CWD'];
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(GIVEN)) continue;
    env[name.slice(GIVEN.length)] = value;
    delete env[name];
  }
  // Makes Amp's executable a runtime; `amp` itself must not inherit it.
  delete env['BUN_BE_BUN'];
}

/**
 * The folder that the command was given in.
 * @throws Refusal if it is gone, or can't be entered.
 */
export function currentFolder(): string {
  if (commandFolder === undefined) return process.cwd();
  try {
    statSync(`${commandFolder}/.`);
  } catch {
    throw new Refusal(
      EXIT.failed,
      'The current folder no longer exists, or you may not enter it. Nothing was done: change to another one and try again.',
    );
  }
  return commandFolder;
}

/** A path that may be relative to the folder that the command was given in. */
export function fromCurrentFolder(path: string): string {
  return resolve(commandFolder ?? '', path);
}
