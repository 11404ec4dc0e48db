import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';

const repository = resolve(import.meta.dirname, '../..');
const PackageFile = z.object({ version: z.string() });

/**
 * Packs what Terraform reads of this module into an archive. The same files give the same bytes.
 * @param folder where it is made; a new one is created.
 */
export async function packageModule(folder: string): Promise<{ version: string; archive: string }> {
  const { version } = PackageFile.parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')));
  const archive = resolve(folder, `coder-amp-module-${version}.tar.gz`);
  const files = [
    ...readdirSync(repository).filter((name) => name.endsWith('.tf')),
    ...readdirSync(join(repository, 'scripts')).map((name) => `scripts/${name}`),
    // Its terms want it to go with every copy.
    'LICENSE',
  ].sort();
  mkdirSync(folder, { recursive: true });
  const sameBytes = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=u=rw,go=r'];
  // gzip is told to leave its time stamp out.
  const gzip = ['--use-compress-program', 'gzip -9n'];
  await execa('tar', [...sameBytes, ...gzip, '-cf', archive, ...files], { cwd: repository });
  return { version, archive };
}
