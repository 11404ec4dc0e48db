import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionPaths } from '../../../shim/store/paths.ts';

const nameOf = (key: string) => basename(sessionPaths('/m', key).folder);

describe('sessionPaths', () => {
  it('leaves a plain key readable', () => {
    expect(nameOf('main')).toBe('main');
  });

  it('gives different keys different folders, even ignoring case, and never leaves its own folder', () => {
    const key = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[A-Za-z.:/-]{0,200}$/),
      fc.constantFrom('..', '.', 'Main', 'main', 'a:b', 'a/b'),
    );
    fc.assert(
      fc.property(key, key, (a, b) => {
        if (a !== b) expect(nameOf(a).toLowerCase()).not.toBe(nameOf(b).toLowerCase());
        expect(nameOf(a)).toMatch(/^[a-z0-9_-][a-z0-9._~-]{0,140}$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
