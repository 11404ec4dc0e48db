// A fixed set of crash schedules of a workspace whose only Amp is a runner; `npx tsx dev/chaos/main.ts --runner` runs any
// number. See docs/reliability.md.
import { liveAsRunner } from '../support/chaos/runner-life.ts';
import { RUNNER_MUTANTS } from '../support/chaos/runner-mutants.ts';
import { drawRunnerSchedule } from '../support/chaos/runner-schedule.ts';
import { holdsPromises } from '../support/chaos/suite.ts';

/** The first ones, and those that found something once. */
const SEEDS = [...Array.from({ length: 12 }, (_, index) => index + 1), 28, 369, 7429];

holdsPromises(SEEDS, RUNNER_MUTANTS, (seed, programs) => liveAsRunner(drawRunnerSchedule(seed), programs));
