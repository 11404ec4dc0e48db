import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isSince, replaceFile } from '../../../shim/system/files.ts';
import { temporaryFolder } from '../../support/folders.ts';

it.each([
  ['255 letters', 'x'.repeat(255)],
  ['85 characters of three bytes', '文'.repeat(85)],
  ['emoji', '🙂'.repeat(63)],
])('a file with as long a name as there can be is replaced: %s', (_name, name) => {
  const folder = temporaryFolder();
  replaceFile(join(folder, name), 'old');
  replaceFile(join(folder, name), 'new');
  expect(readdirSync(folder)).toEqual([name]);
  expect(readFileSync(join(folder, name), 'utf8')).toBe('new');
});

it.each([
  ['is, at the moment or later', [0, 1, 60_000], true],
  ['is, within a tick before it, for the clock of files goes by ticks', [-0.1, -9.9, -10], true],
  ['is not, earlier than a tick before it', [-10.1, -60_000], false],
])('a file that was written at a moment %s', (_name, offsets, expected) => {
  const moment = Date.UTC(2026, 0, 1);
  for (const offset of offsets) expect(isSince(moment + offset, moment), String(offset)).toBe(expected);
});
