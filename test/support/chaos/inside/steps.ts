import { writeSync } from 'node:fs';
import * as z from 'zod/mini';

/** Where everything is to end: the n-th step of a program. */
const CrashPoint = z.object({
  program: z.enum(['prepare', 'settle', 'agentapi', 'amp']),
  /** From 1 on. */
  step: z.int(),
  /** `during` writes half of a file's text; for other steps it is the same as `before`. */
  when: z.enum(['before', 'during', 'after']),
  /** What this program wrote and did not sync is lost as well. */
  powerLoss: z.boolean(),
});

/** See `CrashPoint`. */
export type CrashPoint = z.infer<typeof CrashPoint>;

/** The harness reads one JSON object a line from this descriptor; every program of the workspace inherits it. */
export const REPORTS = 3;

/** Tells the harness something, before anything else happens. */
export function report(event: { readonly at: string; readonly [field: string]: unknown }): void {
  try {
    writeSync(REPORTS, `${JSON.stringify(event)}\n`);
  } catch {
    // The harness has gone; it does not need to know.
  }
}

/** A step's name without what differs from run to run: the ends of temporary names, threads, time stamps. */
function plain(name: string): string {
  return name
    .replace(/T-[0-9a-f]{8}(-[0-9a-f]+){4}/g, 'T')
    .replace(/\d{4}-\d\d-\d\dT[\d-]+Z/g, '<time>')
    .replace(/\.[0-9a-f]{12}\b/g, '');
}

/** Counts the steps of one program and ends everything at the wanted one. */
export class Steps {
  readonly #program: string;
  readonly #point: CrashPoint | null;
  readonly #atCrash: (powerLoss: boolean) => number;
  #count = 0;

  /**
   * @param atCrash what is still to be done when everything ends, such as ending what is in another process group; returns how many
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
   * @param half what is done of it when it is cut short in its middle.
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
    // All of it before the report: at that, the harness ends this process, and what comes later may never happen.
    const lost = this.#atCrash(powerLoss);
    report({ at: 'crash', step: `${this.#program} ${this.#count}, ${when}: ${plain(name)}`, lost });
    // The group of start.sh: itself, AgentAPI, the agent and this process.
    process.kill(0, 'SIGKILL');
  }
}
