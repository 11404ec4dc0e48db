// A fixed set of crash schedules; `npx tsx dev/chaos/main.ts` runs any number. See docs/reliability.md.
import { expect, it } from 'vitest';
import { live } from '../support/chaos/life.ts';
import { MUTANTS } from '../support/chaos/mutants.ts';
import { drawSchedule } from '../support/chaos/schedule.ts';
import { holdsPromises } from '../support/chaos/suite.ts';

const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1);

holdsPromises(SEEDS, MUTANTS, (seed, programs) => live(drawSchedule(seed), programs));

it('the same seed gives the same schedule', () => {
  expect(drawSchedule(7)).toEqual(drawSchedule(7));
  expect(drawSchedule(8)).not.toEqual(drawSchedule(7));
});
