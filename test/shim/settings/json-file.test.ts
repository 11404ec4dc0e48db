import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JsonFile } from '../../../shim/settings/json-file.ts';
import * as jsonc from '../../../shim/system/library.ts';
import { temporaryFolder } from '../../support/folders.ts';

/** What a file says after values were written to it, and its text. */
function written(text: string, change: (content: object) => object): { says: unknown; text: string } {
  const path = join(temporaryFolder(), 'settings.json');
  writeFileSync(path, text);
  const file = new JsonFile(path, jsonc);
  file.write({ ...change(file.content ?? {}) });
  const now = readFileSync(path, 'utf8');
  return { says: new JsonFile(path, jsonc).content, text: now };
}

it.each([
  ['a setting', '{"a":1,"b":2,"a":3}', { a: 4, b: 2 }],
  ['one that stands there three times', '{"a":1,"a":2,"a":3}', { a: 4 }],
  ['one that is to go', '{"a":1,"b":2,"a":3}', { b: 2 }],
  ['the object that a value is in', '{"s":{"x":1},"s":{"y":2}}', { s: { y: 2, x: 3 } }],
  ['both', '{"s":{"x":1},"s":{"x":2,"x":3}}', { s: { x: 4 } }],
])('a name that stands there twice, of which the last counts, can be changed: %s', (_, text, wanted) => {
  expect(written(text, () => wanted).says).toEqual(wanted);
});

it('leaves alone what is not to change, also a name that stands there twice', () => {
  const text = '{\n  // mine\n  "a": 1,\n  "a": 2,\n  "b": 3\n}\n';
  const changed = written(text, (content) => ({ ...content, b: 4 }));
  expect(changed.text).toBe(text.replace('"b": 3', '"b": 4'));
});

it.each([
  ['a byte-order mark', '\ufeff{"a":1}', '{"a":1}\n'],
  ['an empty file', '', '{}\n'],
])('writes what Amp takes, though nothing is to change: %s', (_, text, expected) => {
  expect(written(text, (content) => content).text).toBe(expected);
});

it('leaves a file as it is that says what is wanted', () => {
  const text = '{"a":1, /* mine */ }';
  expect(written(text, (content) => content).text).toBe(text);
});
