import { expect, it } from 'vitest';
import { isSince } from '../../../shim/system/files.ts';

it.each([
  ['is, at the moment or later', [0, 1, 60_000], true],
  ['is, within a tick before it, for the clock of files goes by ticks', [-0.1, -9.9, -10], true],
  ['is not, earlier than a tick before it', [-10.1, -60_000], false],
])('a file that was written at a moment %s', (_name, offsets, expected) => {
  const moment = Date.UTC(2026, 0, 1);
  for (const offset of offsets) expect(isSince(moment + offset, moment), String(offset)).toBe(expected);
});
