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

/** How one start ends. */
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
  let prompt = random.chance(0.85) ? PROMPTS[0] : '';
  const starts: PlannedStart[] = [];
  for (let count = 1 + random.below(MOST_CRASHES); count > 0; count--) {
    if (starts.length > 0 && random.chance(0.2)) prompt = random.pick([...PROMPTS, '']);
    starts.push(drawStart(random, prompt, starts.length));
  }
  const last = {
    ...drawStart(random, prompt, starts.length),
    amp: 'ok',
    lasts: 'short',
    persistence: true,
    twice: false,
    ending: { kind: 'stop', markFirst: true, crashAfterMs: null },
  } as const;
  return { seed, starts: [...starts, last] };
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
    ending: drawEnding(random),
    lasts: random.chance(0.2) ? 'lost' : random.pick(['long', 'short']),
    moves: random.chance(0.25) ? random.pick(['stays', 'stays', 'returns']) : 'no',
  };
}

function drawEnding(random: Random): Ending {
  if (random.chance(0.2)) {
    const crashAfterMs = random.chance(0.4) ? random.below(LONGEST_STOP_MS) : null;
    return { kind: 'stop', markFirst: random.chance(0.5), crashAfterMs };
  }
  if (random.chance(0.25)) return { kind: 'time', ms: random.below(LONGEST_START_MS) };
  const program = random.pick(['prepare', 'prepare', 'prepare', 'agentapi', 'agentapi', 'amp', 'settle']);
  const point: CrashPoint = {
    program,
    step: 1 + random.below(STEPS[program]),
    when: random.pick(['before', 'during', 'after']),
    powerLoss: random.chance(0.4),
  };
  return { kind: 'step', point, stopFirst: program === 'agentapi' && random.chance(0.5) };
}
