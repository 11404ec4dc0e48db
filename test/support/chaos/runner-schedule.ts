import type { CrashPoint } from './inside/steps.ts';
import { type Random, randomFrom } from './random.ts';
import type { Ending } from './schedule.ts';

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
  /** Somebody archives a thread before the start. */
  readonly archives: boolean;
  readonly ending: Ending;
};

/** The starts of one workspace; the last one runs undisturbed. */
export type RunnerSchedule = { readonly seed: number; readonly starts: readonly PlannedRunnerStart[] };

const PROMPTS = ['Fix the failing test', 'Say it\'s $(done) `now`\n\n\tand "go on"', 'grüße 🧵'] as const;
const MOST_CRASHES = 5;
/** A little more than the steps of a cold start, so that each one is hit. */
const STEPS = {
  'runner-prepare': 56,
  'runner-deliver': 16,
  'runner-settle': 16,
  runner: 14,
  amp: 5,
} as const;
const LONGEST_START_MS = 900;
const LONGEST_STOP_MS = 80;

/** Draws a schedule with a runner: the same seed always gives the same one. */
export function drawRunnerSchedule(seed: number): RunnerSchedule {
  const random = randomFrom(seed);
  let prompt = random.chance(0.8) ? PROMPTS[0] : '';
  const starts: PlannedRunnerStart[] = [];
  for (let count = 1 + random.below(MOST_CRASHES); count > 0; count--) {
    if (starts.length > 0 && random.chance(0.2)) prompt = random.pick([...PROMPTS, '']);
    starts.push(drawStart(random, prompt, starts.length === 0));
  }
  const last = {
    ...drawStart(random, prompt, false),
    amp: 'ok',
    persistence: true,
    late: false,
    ending: { kind: 'stop', markFirst: true, crashAfterMs: null },
  } as const;
  return { seed, starts: [...starts, last] };
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
    ending: drawEnding(random),
  };
}

function drawEnding(random: Random): Ending {
  if (random.chance(0.2)) {
    const crashAfterMs = random.chance(0.4) ? random.below(LONGEST_STOP_MS) : null;
    return { kind: 'stop', markFirst: random.chance(0.5), crashAfterMs };
  }
  if (random.chance(0.2)) return { kind: 'time', ms: random.below(LONGEST_START_MS) };
  const program = random.pick([
    'runner-prepare',
    'runner-prepare',
    'runner-prepare',
    'runner',
    'runner',
    'runner-deliver',
    'runner-settle',
    'amp',
  ]);
  const point: CrashPoint = {
    program,
    step: 1 + random.below(STEPS[program]),
    when: random.pick(['before', 'during', 'after']),
    powerLoss: random.chance(0.4),
  };
  return { kind: 'step', point, stopFirst: program === 'runner-settle' };
}
