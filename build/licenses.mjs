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
  // Most have the same terms, word for word: those stand once, below everybody's copyright.
  const byTerms = new Map();
  for (const notice of notices) {
    const words = notice.terms.replaceAll(/\s+/g, ' ');
    byTerms.set(words, [...(byTerms.get(words) ?? []), notice]);
  }
  const parts = [...byTerms.values()].map((same) =>
    [...same.map(({ copyright }) => copyright), same[0].terms].join('\n\n'),
  );
  return ['amp-session/ contains parts of these libraries.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** A package's name and copyright, and the terms that follow them in its licence file. */
function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file to go with the bundle.`);
  const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  const begin = Math.max(0, text.search(/^Permission (?:is hereby granted|to use)/m));
  const copyright = text
    .slice(0, begin)
    .trim()
    .replaceAll(/\n{2,}/g, '\n');
  return { copyright: `${name} ${version} (${license})\n${copyright}`.trim(), terms: text.slice(begin) };
}
