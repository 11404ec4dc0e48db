import { rmSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { type ModuleRegistry, startModuleRegistry } from './registry.ts';
import { stageModule } from './stage.ts';

/** What the templates of a test file need of this module. */
export type StagedModule = {
  readonly registry: ModuleRegistry;
  /** A folder with only what Terraform reads: it copies a module's folder for each instance after the first. */
  readonly source: string;
};

/** Stages the module for the tests of a file, and removes it after them. */
export function useStagedModule(): () => StagedModule {
  let staged: StagedModule;
  beforeAll(async () => {
    staged = { registry: await startModuleRegistry(), source: await stageModule({}) };
  });
  afterAll(async () => {
    await staged.registry.close();
    rmSync(staged.source, { recursive: true });
  });
  return () => staged;
}
