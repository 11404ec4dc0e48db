import type { CrashPoint } from './inside/steps.ts';
import { type Random, randomFrom } from './random.ts';

/**
 * What Amp does during one start. `offline`: nothing works, the agent ends immediately. `flaky`: commands
 * fail, the agent works. `garbled`: the answer of `threads new` can't be parsed. `vanishes`: the thread is
 * deleted just before the agent opens it.
 */
export type AmpMood = 'ok' | 'offline' | 'flaky' | 'garbled' | 'vanishes';

/**
 * How long an agent lives, as its saved chat shows: `long` is minutes; `lost` is as long, but what was typed
 * never reached the thread.
 */
export type Life = 'long' | 'short' | 'lost';

/**
 * Where the first message of a start goes: to the thread that was asked for, or to one that it opens itself,
 * in which the agent then stays or from which it returns for the next message.
 */
export type Moves = 'no' | 'stays' | 'returns';

export type Ending =
  /** At a step of a program. If the start never reaches that step, everything is killed once it is idle. */
  | { readonly kind: 'step'; readonly point: CrashPoint; readonly stopFirst: boolean }
  /** After so many milliseconds. */
  | { readonly kind: 'time'; readonly ms: number }
  /** By the workspace's stop scripts, which a crash may cut short after so many milliseconds. */
  | { readonly kind: 'stop'; readonly markFirst: boolean; readonly crashAfterMs: number | null };

/** One start of the workspace, and what happens around it. */
export type PlannedStart = {
  readonly amp: AmpMood;
  /** The thread in use is deleted at Amp before the start. */
  readonly deleteBefore: boolean;
  readonly prompt: string;
  readonly persistence: boolean;
  /** A message that a person sends in the chat, null if none. */
  readonly say: string | null;
  /** The start script is run twice at the same time. */
  readonly twice: boolean;
  /** Amp answers again after the agent has failed once. */
  readonly recovers: boolean;
  readonly lasts: Life;
  readonly moves: Moves;
  readonly ending: Ending;
};

/** The starts of one workspace; the last one runs undisturbed. */
export type Schedule = { readonly seed: number; readonly starts: readonly PlannedStart[] };

const PROMPTS = ['Fix the failing test', 'Say it\'s $(done) `now`\n\n\tand "go on"', 'grüße 🧵'] as const;
const MOST_CRASHES = 5;
/**
 * A little more than the steps of a cold start (`npx tsx dev/chaos/main.ts --steps`), so that each one is
 * hit.
 */
const STEPS = { prepare: 52, settle: 8, agentapi: 8, amp: 5 } as const;
/** A start is idle after about a third of a second, so some of these crashes happen while it is. */
const LONGEST_START_MS = 700;
const LONGEST_STOP_MS = 80;

/** Draws a schedule: the same seed always gives the same one. */
export function drawSchedule(seed: number): Schedule {
  const random = randomFrom(seed);
  const draw = (prompt: string, number: number) => drawStart(random, prompt, number);
  const [starts, last] = drawStarts(random, 0.85, draw);
  return { seed, starts: [...starts, { ...last, ...UNDISTURBED, lasts: 'short', twice: false }] };
}

/** What the last start of every schedule is like. */
export const UNDISTURBED = {
  amp: 'ok',
  persistence: true,
  ending: { kind: 'stop', markFirst: true, crashAfterMs: null },
} as const;

/**
 * Draws some starts, whose prompt changes now and then, and one more.
 * @param chance that the first one has a prompt.
 */
export function drawStarts<P>(
  random: Random,
  chance: number,
  draw: (prompt: string, number: number) => P,
): readonly [readonly P[], P] {
  let prompt = random.chance(chance) ? PROMPTS[0] : '';
  const starts: P[] = [];
  for (let count = 1 + random.below(MOST_CRASHES); count > 0; count--) {
    if (starts.length > 0 && random.chance(0.2)) prompt = random.pick([...PROMPTS, '']);
    starts.push(draw(prompt, starts.length));
  }
  return [starts, draw(prompt, starts.length)];
}

function drawStart(random: Random, prompt: string, number: number): PlannedStart {
  return {
    prompt,
    amp: random.chance(0.65) ? 'ok' : random.pick(['offline', 'flaky', 'garbled', 'vanishes']),
    deleteBefore: random.chance(0.12),
    persistence: !random.chance(0.1),
    say: random.chance(0.25) ? `a person's message ${number}` : null,
    twice: random.chance(0.06),
    recovers: random.chance(0.5),
    ending: drawEnding(random, {
      steps: STEPS,
      programs: ['prepare', 'prepare', 'prepare', 'agentapi', 'agentapi', 'amp', 'settle'],
      timed: { chance: 0.25, longestMs: LONGEST_START_MS },
      stopFirst: (program) => program === 'settle' || (program === 'agentapi' && random.chance(0.5)),
    }),
    lasts: random.chance(0.2) ? 'lost' : random.pick(['long', 'short']),
    moves: random.chance(0.25) ? random.pick(['stays', 'stays', 'returns']) : 'no',
  };
}

/** Where the starts of a mode can end: the steps of its programs and which of those are hit how often, and times. */
export type Endings<Program extends CrashPoint['program']> = {
  readonly steps: Readonly<Record<Program, number>>;
  readonly programs: readonly [Program, ...Program[]];
  readonly timed: { readonly chance: number; readonly longestMs: number };
  /** Whether the stop is to come before a crash of this program. */
  readonly stopFirst: (program: Program) => boolean;
};

export function drawEnding<Program extends CrashPoint['program']>(
  random: Random,
  { steps, programs, timed, stopFirst }: Endings<Program>,
): Ending {
  if (random.chance(0.2)) {
    const crashAfterMs = random.chance(0.4) ? random.below(LONGEST_STOP_MS) : null;
    return { kind: 'stop', markFirst: random.chance(0.5), crashAfterMs };
  }
  if (random.chance(timed.chance)) return { kind: 'time', ms: random.below(timed.longestMs) };
  const program = random.pick(programs);
  const point: CrashPoint = {
    program,
    step: 1 + random.below(steps[program]),
    when: random.pick(['before', 'during', 'after']),
    powerLoss: random.chance(0.4),
  };
  return { kind: 'step', point, stopFirst: stopFirst(program) };
}
