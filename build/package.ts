// `npm run package [<folder>]`: the module as Terraform needs it, and nothing else, as an archive. The same files give the same bytes.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';

const folder = process.argv[2] ?? 'dist';
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
const archive = join(folder, `coder-amp-module-${version}.tar.gz`);
const files = [
  ...readdirSync('.').filter((name) => name.endsWith('.tf')),
  ...readdirSync('scripts').map((name) => `scripts/${name}`),
  // Its terms want it to go with every copy.
  'LICENSE',
].sort();

mkdirSync(folder, { recursive: true });
// gzip is told to leave its time stamp out.
await execa('tar', [
  ...['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=u=rw,go=r', '--sort=name'],
  ...['--use-compress-program', 'gzip -9n', '-cf', archive, ...files],
]);
console.log(archive);
