import { calls } from './left-out/calls.mjs';
import { streams } from './left-out/streams.mjs';

// What the bundle leaves out of its libraries: parts that the shim never reaches. Coder passes the bundle inside one argument of at
// most 131,071 bytes, and every workspace unpacks and parses it at each start.
//
// `module` is a file below node_modules. `instead` takes its place. A name that the file exports and `instead` does not becomes a function
// that throws, and `missing` makes such a function for a use within: so what is needed after all is noticed by the first test that reaches it.
// `only` leaves such names away altogether, so that to import one fails the build. test/unit/bundle.test.ts runs what is used.

/** @typedef {{ readonly module: string, readonly why: string, readonly instead?: string, readonly only?: true }} LeftOut */

/** @type {readonly LeftOut[]} */
export const leftOut = [
  ...calls,
  ...streams,
  {
    module: 'jsonc-parser/lib/esm/main.js',
    only: true,
    why: 'three functions are used; its tables of names would stay whether they are used or not',
    instead: `
      import { applyEdit, setProperty } from './impl/edit.js';
      export { parse } from './impl/parser.js';
      export { setProperty as modify };
      // From the end, so that no edit moves the ones before it.
      export const applyEdits = (text, edits) => [...edits].sort((a, b) => b.offset - a.offset).reduce(applyEdit, text);`,
  },
];
