import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';

export const repository = resolve(import.meta.dirname, '../..');
const PackageFile = z.object({ version: z.string(), repository: z.string() });

/** The module's version and where its source is, from package.json, the one place that says so. */
export const packageFile = () =>
  PackageFile.parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')));

/** What Terraform reads of this module, as paths from the repository's root. */
export function moduleFiles(): string[] {
  return [
    ...readdirSync(repository).filter((name) => name.endsWith('.tf')),
    ...readdirSync(join(repository, 'scripts'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(repository, join(parentPath, name))),
  ];
}

/** Where this repository keeps the module's own Terraform tests. */
const TESTS = join(repository, 'test/terraform');

/**
 * Copies the Terraform tests to where `terraform test` looks for them: beside the module's files.
 *
 * @returns their names
 */
export function copyTerraformTests(folder: string): string[] {
  const names = readdirSync(TESTS).filter((name) => name.endsWith('.tftest.hcl'));
  for (const name of names) cpSync(join(TESTS, name), join(folder, name));
  return names;
}

/** Copies files of the repository into a folder, by the same paths. */
export function copyFiles(files: readonly string[], folder: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(repository, file), join(folder, file));
  }
}

/**
 * Writes what Terraform reads of this module, and its licence, into a folder.
 *
 * @returns the folder's absolute path
 */
export function writeModule(folder: string): string {
  copyFiles([...moduleFiles(), 'LICENSE'], folder);
  return resolve(folder);
}

/**
 * Packs what Terraform reads of this module into an archive. The same files give the same bytes.
 *
 * @param folder for the archive; created if missing
 */
export async function packageModule(folder: string): Promise<{ version: string; archive: string }> {
  const { version } = packageFile();
  const archive = resolve(folder, `coder-amp-module-${version}.tar.gz`);
  // The licence requires itself in every copy.
  const files = [...moduleFiles(), 'LICENSE'].sort();
  mkdirSync(folder, { recursive: true });
  const sameBytes = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=u=rw,go=r'];
  // gzip must not include a time stamp.
  const gzip = ['--use-compress-program', 'gzip -9n'];
  await execa('tar', [...sameBytes, ...gzip, '-cf', archive, ...files], { cwd: repository });
  return { version, archive };
}
