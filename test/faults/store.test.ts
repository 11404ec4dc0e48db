import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prepare } from '../../shim/start/prepare.ts';
import { makeStart, THREAD } from '../support/start.ts';

/** What a bad disk, a torn write or a careless edit does to a text. */
const mutation = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'drop', 'insert', 'swap'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.integer({ min: 1, max: 40 }),
  byte: fc.integer({ min: 1, max: 255 }),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function mutate(bytes: Buffer, { kind, at, length, byte }: Mutation): Buffer {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'cut':
      return before;
    case 'drop':
      return Buffer.concat([before, after.subarray(length)]);
    case 'insert':
      return Buffer.concat([before, Buffer.alloc(length, byte), after]);
    case 'swap':
      return Buffer.concat([after, before]);
    default: {
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ byte;
      return flipped;
    }
  }
}

it('10,000 random mutations of the record: it is always readable, and the active thread is never a different one', async () => {
  const { config, paths, session } = makeStart();
  for (let run = 1; run <= 3; run++) await prepare({ ...config, run }, 'fix it');
  const files = [paths.snapshot, paths.previousSnapshot, paths.history].map((path) => ({
    path,
    sound: readFileSync(path),
  }));
  fc.assert(
    fc.property(
      fc.nat(files.length - 1),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      (which, mutations) => {
        const file = files[which];
        if (file === undefined) return;
        writeFileSync(file.path, mutations.reduce(mutate, file.sound));
        try {
          expect(session().active?.thread).toBe(THREAD);
        } finally {
          writeFileSync(file.path, file.sound);
        }
      },
    ),
    { numRuns: 10_000 },
  );
});

it('every file of the record mutated at once: it is readable, and the thread is the original or none', async () => {
  const { config, paths, session } = makeStart();
  await prepare(config, 'fix it');
  await prepare({ ...config, run: 2 }, 'fix it');
  const files = [paths.snapshot, paths.previousSnapshot, paths.history].map((path) => ({
    path,
    sound: readFileSync(path),
  }));
  fc.assert(
    fc.property(mutation, mutation, mutation, (...mutations) => {
      files.forEach(({ path, sound }, index) => {
        writeFileSync(path, mutate(sound, mutations[index] ?? mutations[0]));
      });
      expect([THREAD, undefined]).toContain(session().active?.thread);
    }),
    { numRuns: 2_000 },
  );
});
