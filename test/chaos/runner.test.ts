// A fixed set of crash schedules of a workspace whose only Amp is a runner; `npx tsx dev/chaos/main.ts --runner` runs any
// number. See docs/reliability.md.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPrograms, type Programs } from '../support/chaos/crash-build.ts';
import { liveAsRunner } from '../support/chaos/runner-life.ts';
import { RUNNER_MUTANTS } from '../support/chaos/runner-mutants.ts';
import { drawRunnerSchedule } from '../support/chaos/runner-schedule.ts';
import type { Check } from '../support/chaos/violation.ts';

const MOST_TRIES = 40;
/** The first ones, and those that found something once. */
const SEEDS = [...Array.from({ length: 12 }, (_, index) => index + 1), 28, 369, 7429];

describe('killed at any step, with a runner', () => {
  let programs: Programs;
  beforeAll(async () => {
    programs = await buildPrograms(null);
  });
  afterAll(() => programs.dispose());

  it.each(SEEDS)('schedule %i keeps every promise', async (seed) => {
    const { violations, log } = await liveAsRunner(drawRunnerSchedule(seed), programs);
    expect(violations, log).toEqual([]);
  });
});

describe("a fault in the shim's part of the runner is detected", () => {
  it.each(RUNNER_MUTANTS)('$name', async (mutant) => {
    const programs = await buildPrograms(mutant);
    try {
      const broken: Check[] = [];
      // The first one detects it, unless the shim's steps have changed or a timed crash came at another moment.
      for (let seed = mutant.seed; seed < mutant.seed + MOST_TRIES; seed++) {
        if (broken.includes(mutant.check)) break;
        const { violations } = await liveAsRunner(drawRunnerSchedule(seed), programs);
        broken.push(...violations.map(({ check }) => check));
      }
      expect(broken).toContain(mutant.check);
    } finally {
      programs.dispose();
    }
  });
});
