import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs the committed bundle and its launcher as scripts/place.sh does.
 * @returns the folder with `amp-session`, for PATH.
 */
export function placeBundle(stateFolder: string): string {
  const bin = join(stateFolder, 'bin');
  for (const name of ['bin', 'bundle']) mkdirSync(join(stateFolder, name), { recursive: true, mode: 0o700 });
  copyFileSync('scripts/amp-session.sh', join(bin, 'amp-session'));
  chmodSync(join(bin, 'amp-session'), 0o700);
  const hash = createHash('sha256').update(readFileSync('scripts/amp-session.mjs')).digest('hex');
  copyFileSync('scripts/amp-session.mjs', join(stateFolder, 'bundle', `${hash}.mjs`));
  symlinkSync(`${hash}.mjs`, join(stateFolder, 'bundle/current.mjs'));
  return bin;
}
