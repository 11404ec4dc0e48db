import { cp, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyTerraformTests } from '../../../dev/package/package-module.ts';

const repository = path.resolve(import.meta.dirname, '../../..');

/**
 * Copies what Terraform reads of this module, and its `*.tftest.hcl` files as the registry has them, to a new
 * temporary folder, because `terraform init` leaves a lock file in the module's folder.
 *
 * @returns the folder, which the caller removes, and the names of the test files
 */
export async function stageTests(): Promise<{ folder: string; files: string[] }> {
  const folder = await stageModule({});
  return { folder, files: copyTerraformTests(folder) };
}

/**
 * Copies what Terraform reads of this module (its `.tf` files and `scripts/`) to a new temporary folder, so
 * that it can be applied with other scripts.
 *
 * @param scripts file names in `scripts/`, and what to replace them with
 * @returns the folder, which the caller removes
 */
export async function stageModule(scripts: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'amp-module-'));
  for (const file of await readdir(repository)) {
    if (file.endsWith('.tf')) await cp(path.join(repository, file), path.join(folder, file));
  }
  await cp(path.join(repository, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(path.join(folder, 'scripts', name), text);
  }
  return folder;
}
