import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { preloadingProgram } from './preload.ts';

export const BUNDLE_FOLDER = 'scripts/amp-session';

export type BundleFile = { readonly name: string; readonly text: string };

/** The parts of the bundle, by the script that carries each. */
export function bundleParts(): Readonly<Record<'main' | 'start' | 'commands' | 'library', BundleFile>> {
  const read = (part: string) => {
    const name = `${part}.cjs`;
    return { name, text: readFileSync(join(BUNDLE_FOLDER, name), 'utf8') };
  };
  return { main: read('main'), start: read('start'), commands: read('commands'), library: read('library') };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The name of the bundle's folder in a workspace, as scripts.tf makes it. */
export function bundleSha256(): string {
  const { main, start, commands, library } = bundleParts();
  return sha256([main, commands, library, start].map(({ text }) => text).join(''));
}

/** A file as scripts.tf renders it: the variables of scripts/place-part.sh. */
export function partVariables({ name, text }: BundleFile) {
  return {
    AMP_MODULE_PART: gzipSync(text).toString('base64'),
    AMP_MODULE_PART_NAME: name,
    AMP_MODULE_PART_SHA256: sha256(text),
  };
}

/**
 * Installs the committed bundle and its launcher as scripts/place.sh does.
 * @returns the folder with `amp-session`, for PATH.
 */
export function placeBundle(stateFolder: string): string {
  const bin = join(stateFolder, 'bin');
  for (const name of ['bin', 'bundle']) mkdirSync(join(stateFolder, name), { recursive: true, mode: 0o700 });
  copyFileSync('scripts/amp-session.sh', join(bin, 'amp-session'));
  chmodSync(join(bin, 'amp-session'), 0o700);
  const hash = bundleSha256();
  cpSync(BUNDLE_FOLDER, join(stateFolder, 'bundle', hash), { recursive: true });
  writeFileSync(join(stateFolder, 'bundle', hash, 'main.cjs'), preloadingProgram());
  writeFileSync(join(stateFolder, 'bundle/current.cjs'), `require("./${hash}/main.cjs");\n`);
  for (const name of ['tsconfig.json', 'package.json']) {
    writeFileSync(join(stateFolder, 'bundle', name), '{}\n');
  }
  // The template of the key `main` has no firewall.
  mkdirSync(join(stateFolder, 'firewall'), { recursive: true });
  writeFileSync(join(stateFolder, 'firewall', sha256('main').slice(0, 16)), '\n');
  return bin;
}

/**
 * Stands in for a bundle that has been placed, where the launcher is a double too.
 * @param name of its folder: the value of AMP_MODULE_BUNDLE_SHA256.
 */
export function placeNoBundle(stateFolder: string, name: string): void {
  const folder = join(stateFolder, 'bundle', name);
  mkdirSync(folder, { recursive: true });
  for (const { name: file } of Object.values(bundleParts())) writeFileSync(join(folder, file), 'bundle');
}
