import { writeSync } from 'node:fs';
import * as z from 'zod/mini';

/** Where everything is to be killed: the n-th step of a program. */
const CrashPoint = z.object({
  program: z.enum([
    'prepare',
    'settle',
    'agentapi',
    'amp',
    'runner-prepare',
    'runner-deliver',
    'runner-settle',
    'runner',
  ]),
  /** Counted from 1. */
  step: z.int(),
  /** `during` writes half of a file's text; for other steps it is the same as `before`. */
  when: z.enum(['before', 'during', 'after']),
  /** Whether what this program wrote without syncing is lost as well. */
  powerLoss: z.boolean(),
});

/** See `CrashPoint`. */
export type CrashPoint = z.infer<typeof CrashPoint>;

/**
 * The harness reads one JSON object per line from this descriptor; every program of the workspace inherits
 * it.
 */
export const REPORTS = 3;

/** Reports to the harness before anything else happens. */
export function report(event: { readonly at: string; readonly [field: string]: unknown }): void {
  try {
    writeSync(REPORTS, `${JSON.stringify(event)}\n`);
  } catch {
    // The harness is gone and doesn't need the report.
  }
}

/** A step's name without what differs between runs: suffixes of temporary names, threads, time stamps. */
function plain(name: string): string {
  return name
    .replace(/T-[0-9a-f]{8}(-[0-9a-f]+){4}/g, 'T')
    .replace(/\d{4}-\d\d-\d\dT[\d-]+Z/g, '<time>')
    .replace(/\.[0-9a-f]{12}\b/g, '');
}

/** Counts the steps of one program and kills everything at the given one. */
export class Steps {
  readonly #program: string;
  readonly #point: CrashPoint | null;
  readonly #atCrash: (powerLoss: boolean) => number;
  #count = 0;

  /**
   * @param atCrash what else to do at the crash, such as killing another process group; returns how many
   * files lost something.
   */
  constructor(program: string, atCrash: (powerLoss: boolean) => number = () => 0) {
    const wanted = process.env['CHAOS_CRASH'];
    const point = wanted === undefined ? null : CrashPoint.parse(JSON.parse(wanted));
    this.#program = program;
    this.#point = point?.program === program ? point : null;
    this.#atCrash = atCrash;
  }

  /**
   * Takes one step.
   * @param half the part of it that is done if the crash comes in the middle.
   */
  take<Result>(name: string, act: () => Result, half: () => void = () => undefined): Result {
    this.#count++;
    const { when = null } = this.#point?.step === this.#count ? (this.#point ?? {}) : {};
    if (process.env['CHAOS_LIST'] !== undefined) {
      report({ at: 'step', step: `${this.#program} ${this.#count}: ${plain(name)}` });
    }
    if (when === 'during') half();
    if (when === 'before' || when === 'during') this.#crash(when, name);
    const result = act();
    if (when === 'after') this.#crash(when, name);
    return result;
  }

  #crash(when: string, name: string): void {
    const powerLoss = this.#point?.powerLoss === true;
    // All of it before the report: on that, the harness kills this process, and what comes later may never
    // happen.
    const lost = this.#atCrash(powerLoss);
    report({ at: 'crash', step: `${this.#program} ${this.#count}, ${when}: ${plain(name)}`, lost });
    // The group of start.sh: the script itself, AgentAPI, the agent and this process.
    process.kill(0, 'SIGKILL');
  }
}
