import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';

/** The committed bundle. */
export const BUNDLE_FOLDER = 'scripts/amp-session';

const Parts = z.object({ program: z.array(z.string()), library: z.array(z.string()) });
/** A file of the bundle. */
type BundleFile = { readonly name: string; readonly text: string };

/** The files of each of the two scripts that carry the bundle, in the order in which they are written. */
export function bundleParts(): { readonly program: BundleFile[]; readonly library: BundleFile[] } {
  const read = (name: string) => readFileSync(join(BUNDLE_FOLDER, name), 'utf8');
  const { program, library } = Parts.parse(JSON.parse(read('parts.json')));
  const files = (names: string[]) => names.map((name) => ({ name, text: read(name) }));
  return { program: files(program), library: files(library) };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const textOf = (files: readonly BundleFile[]) => files.map(({ text }) => text).join('');

/** The name of the bundle's folder in a workspace, as scripts.tf makes it. */
export function bundleSha256(): string {
  const { program, library } = bundleParts();
  return sha256(textOf(library) + textOf(program));
}

/** A part as scripts.tf renders it: the variables of scripts/place-part.sh. */
export function partVariables(files: readonly BundleFile[]): Record<string, string> {
  const text = textOf(files);
  return {
    AMP_MODULE_PART: gzipSync(text).toString('base64'),
    AMP_MODULE_PART_FILES: files.map(({ name, text }) => `${text.length} ${name}`).join('\n'),
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
  symlinkSync(`${hash}/main.mjs`, join(stateFolder, 'bundle/current.mjs'));
  return bin;
}

/**
 * Stands in for a bundle that has been placed, where the launcher is a double too.
 * @param name of its folder: the value of AMP_MODULE_BUNDLE_SHA256.
 */
export function placeNoBundle(stateFolder: string, name: string): void {
  const folder = join(stateFolder, 'bundle', name);
  mkdirSync(folder, { recursive: true });
  for (const file of ['main.mjs', 'execa.mjs']) writeFileSync(join(folder, file), 'bundle');
}
