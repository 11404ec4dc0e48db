import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../folders.ts';
import type { ModuleRegistry } from './registry.ts';
import { type TerraformProject, terraformProject } from './terraform.ts';

/** A root module of these files, each text by its path, initialised. @param folder its own, or one that it is added to. */
export async function projectOf(
  { cliConfig }: ModuleRegistry,
  files: Readonly<Record<string, string>>,
  folder = temporaryFolder(),
): Promise<TerraformProject> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const project = terraformProject(folder, cliConfig);
  await project.init();
  return project;
}
