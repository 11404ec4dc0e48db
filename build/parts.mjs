// The files that esbuild splits the program into: what each is called, and which of the two scripts carries it.
import { basename } from 'node:path';

/** Modules that `await import` loads, by the name of their file. All others share `shared-<n>.mjs`. */
const NAMES = {
  'shim/main.ts': 'main',
  'shim/start/steps.ts': 'start',
  'shim/settings/run-configure.ts': 'configure',
  'shim/commands/run.ts': 'commands',
  'shim/system/execa.ts': 'execa',
};

/**
 * The scripts that carry the files, and which: one script is too small for all. execa is the largest file by far.
 */
const CARRIED = { library: ['execa.mjs'] };

/**
 * @param {import('esbuild').Metafile} metafile of a build with `splitting`.
 * @returns the file's name for each of esbuild's, which carry a checksum that would change with every edit; a
 * text with the old names replaced; and `lists`, the names in the order in which they are to be written: what a
 * file imports comes before it, so that it is complete when it is there.
 * @throws for a module that is loaded by `await import` and has no name here.
 */
export function partsOf({ outputs }) {
  const shared = Object.entries(outputs).filter(([, { entryPoint }]) => entryPoint === undefined);
  // By the first module in each: the order of esbuild's own names changes with every edit.
  shared.sort(([, one], [, other]) => (firstModule(one) < firstModule(other) ? -1 : 1));
  const names = new Map(shared.map(([path], index) => [basename(path), `shared-${index + 1}.mjs`]));
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === undefined) continue;
    if (!(entryPoint in NAMES)) throw new Error(`build/parts.mjs has no name for ${entryPoint}.`);
    names.set(basename(path), `${NAMES[entryPoint]}.mjs`);
  }
  const nameOf = (path) => names.get(basename(path)) ?? path;
  const all = inOrder(outputs, 'shim/main.ts').map(nameOf);
  return {
    nameOf,
    rename: (text) =>
      [...names].reduce((renamed, [from, to]) => renamed.replaceAll(`./${from}`, `./${to}`), text),
    lists: { program: all.filter((name) => !CARRIED.library.includes(name)), ...CARRIED },
  };
}

/** @param {{ readonly inputs: object }} output */
function firstModule({ inputs }) {
  return Object.keys(inputs).sort()[0] ?? '';
}

/** An entry point's files, each after those that it imports. */
function inOrder(outputs, entryPoint) {
  const found = [];
  const visit = (path) => {
    if (found.includes(path)) return;
    for (const { path: imported, external } of outputs[path].imports) if (external !== true) visit(imported);
    found.push(path);
  };
  visit(Object.keys(outputs).find((path) => outputs[path].entryPoint === entryPoint));
  return found;
}
