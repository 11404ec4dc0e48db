// What all tests of a file share, until its end. For the file's top level.
import { rmSync } from 'node:fs';
import { afterAll } from 'vitest';
import { type ModuleRegistry, startModuleRegistry } from './registry.ts';
import { stageModule } from './stage.ts';

/** A module registry; its parameter is that of `startModuleRegistry`. */
export async function registryOfFile(
  ...release: Parameters<typeof startModuleRegistry>
): Promise<ModuleRegistry> {
  const registry = await startModuleRegistry(...release);
  afterAll(() => registry.close());
  return registry;
}

/** A folder with only what Terraform reads of this module: it copies a module's folder for each instance after the first. */
export async function stagedModuleOfFile(): Promise<string> {
  const source = await stageModule({});
  afterAll(() => rmSync(source, { recursive: true }));
  return source;
}
