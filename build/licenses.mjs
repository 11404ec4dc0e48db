// The licences of the libraries in the bundle: their terms want them to go with every copy.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A package's folder, in the path of one of its files. */
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+\//;

/**
 * One text with the licence of every package that gives the bundle a byte, by name.
 * @param {import('esbuild').Metafile} metafile of the build.
 * @param {string} root the folder that the metafile's paths begin in.
 * @throws where a package has no licence file.
 */
export function licensesIn({ outputs }, root) {
  const used = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => PACKAGE.exec(path)?.[0] ?? []);
  const folders = [...new Set(used)].sort();
  const notices = folders.map((folder) => noticeOf(join(root, folder)));
  return ['amp-session.mjs contains parts of these libraries.', ...notices].join(`\n\n${'-'.repeat(80)}\n\n`);
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file to go with the bundle.`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()}`;
}
