import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPrograms, type Programs } from './crash-build.ts';
import type { Mutant } from './mutants.ts';
import type { Outcome } from './start.ts';
import type { Check } from './violation.ts';

const MOST_TRIES = 40;

/** Tests that the schedules of some seeds keep every promise, and that each mutant is caught. */
export function holdsPromises(
  seeds: readonly number[],
  mutants: readonly Mutant[],
  play: (seed: number, programs: Programs) => Promise<Outcome>,
): void {
  describe('killed at any step', () => {
    let programs: Programs;
    beforeAll(async () => {
      programs = await buildPrograms(null);
    });
    afterAll(() => programs.dispose());

    it.each(seeds)('schedule %i keeps every promise', async (seed) => {
      const { violations, log } = await play(seed, programs);
      expect(violations, log).toEqual([]);
    });
  });

  describe('a fault in the shim is detected', () => {
    it.each(mutants)('$name', async (mutant) => {
      const programs = await buildPrograms(mutant);
      try {
        const broken: Check[] = [];
        // The first one detects it, unless the shim's steps have changed or a timed crash came at another moment.
        for (let seed = mutant.seed; seed < mutant.seed + MOST_TRIES; seed++) {
          if (broken.includes(mutant.check)) break;
          broken.push(...(await play(seed, programs)).violations.map(({ check }) => check));
        }
        expect(broken).toContain(mutant.check);
      } finally {
        programs.dispose();
      }
    });
  });
}
