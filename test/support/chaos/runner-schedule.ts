import { type Random, randomFrom } from './random.ts';
import { drawEnding, drawStarts, type Ending, UNDISTURBED } from './schedule.ts';

/** What happened to Amp's own file about the runner while the workspace was down. */
export type Damage = 'none' | 'cut off' | 'gone' | 'forgetful';

/** One start of a workspace whose only Amp is a runner, and what happens around it. */
export type PlannedRunnerStart = {
  /** `offline`: nothing works, the runner ends at once. `flaky`: commands fail, the runner works. */
  readonly amp: 'ok' | 'offline' | 'flaky';
  /** Amp answers again after the runner has failed once. */
  readonly recovers: boolean;
  readonly prompt: string;
  readonly persistence: boolean;
  /** The key's own thread is deleted at Amp before the start. */
  readonly deleteBefore: boolean;
  /** The home is another workspace's from now on. */
  readonly copied: boolean;
  readonly damage: Damage;
  /** The second folder is missing during this start. */
  readonly late: boolean;
  /** In which folders somebody begins threads at Amp's site: before the start, and while the runner runs. */
  readonly begins: readonly ('own' | 'second')[];
  readonly beginsLater: readonly ('own' | 'second')[];
  /** Somebody has it stop a thread, while it runs. */
  readonly stops: boolean;
  /** Somebody archives a thread before the start: the key's own, if no other one is begun before the start as well. */
  readonly archives: boolean;
  readonly ending: Ending;
};

/** The starts of one workspace; the last one runs undisturbed. */
export type RunnerSchedule = { readonly seed: number; readonly starts: readonly PlannedRunnerStart[] };

/** A little more than the steps of a cold start, so that each one is hit. */
const STEPS = {
  'runner-prepare': 56,
  'runner-deliver': 16,
  'runner-settle': 16,
  runner: 14,
  amp: 5,
} as const;
const PROGRAMS = [
  'runner-prepare',
  'runner-prepare',
  'runner-prepare',
  'runner',
  'runner',
  'runner-deliver',
  'runner-settle',
  'amp',
] as const;
const LONGEST_START_MS = 900;

/** Draws a schedule with a runner: the same seed always gives the same one. */
export function drawRunnerSchedule(seed: number): RunnerSchedule {
  const random = randomFrom(seed);
  const draw = (prompt: string, number: number) => drawStart(random, prompt, number === 0);
  const [starts, last] = drawStarts(random, 0.8, draw);
  return { seed, starts: [...starts, { ...last, ...UNDISTURBED, late: false }] };
}

function drawStart(random: Random, prompt: string, isFirst: boolean): PlannedRunnerStart {
  const threads = () =>
    Array.from({ length: random.below(3) }, () => random.pick(['own', 'own', 'second'] as const));
  return {
    prompt,
    amp: random.chance(0.7) ? 'ok' : random.pick(['offline', 'flaky']),
    recovers: random.chance(0.6),
    persistence: !random.chance(0.1),
    deleteBefore: random.chance(0.08),
    copied: !isFirst && random.chance(0.08),
    damage: random.chance(0.6) ? 'none' : random.pick(['cut off', 'gone', 'forgetful']),
    // The start waits for it in real time.
    late: random.chance(0.1),
    begins: threads(),
    beginsLater: threads(),
    stops: random.chance(0.3),
    archives: random.chance(0.15),
    ending: drawEnding(random, {
      steps: STEPS,
      programs: PROGRAMS,
      timed: { chance: 0.2, longestMs: LONGEST_START_MS },
      stopFirst: (program) => program === 'runner-settle',
    }),
  };
}
