// A fixed set of crash schedules; `npx tsx dev/chaos/main.ts` runs any number. See docs/reliability.md.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPrograms, type Programs } from '../support/chaos/crash-build.ts';
import { live } from '../support/chaos/life.ts';
import { MUTANTS } from '../support/chaos/mutants.ts';
import { drawSchedule } from '../support/chaos/schedule.ts';
import type { Check } from '../support/chaos/violation.ts';

const MOST_TRIES = 40;
const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1);

describe('killed at any step', () => {
  let programs: Programs;
  beforeAll(async () => {
    programs = await buildPrograms(null);
  });
  afterAll(() => programs.dispose());

  it.each(SEEDS)('schedule %i keeps every promise', async (seed) => {
    const { violations, log } = await live(drawSchedule(seed), programs);
    expect(violations, log).toEqual([]);
  });

  it('the same seed gives the same schedule', () => {
    expect(drawSchedule(7)).toEqual(drawSchedule(7));
    expect(drawSchedule(8)).not.toEqual(drawSchedule(7));
  });
});

describe('a fault in the shim is detected', () => {
  it.each(MUTANTS)('$name', async (mutant) => {
    const programs = await buildPrograms(mutant);
    try {
      const broken: Check[] = [];
      // The first one detects it, unless the shim's steps have changed or a timed crash came at another
      // moment.
      for (let seed = mutant.seed; seed < mutant.seed + MOST_TRIES; seed++) {
        if (broken.includes(mutant.check)) break;
        const { violations } = await live(drawSchedule(seed), programs);
        broken.push(...violations.map(({ check }) => check));
      }
      expect(broken).toContain(mutant.check);
    } finally {
      programs.dispose();
    }
  });
});
