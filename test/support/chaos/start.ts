import { HANG_MS } from '../limits.ts';
import type { ChaosOracle, Planned } from './chaos-oracle.ts';
import type { ChaosWorkspace } from './chaos-workspace.ts';
import { historyOf } from './recorded.ts';
import type { Run } from './run.ts';
import type { Violation } from './violation.ts';

export type Outcome = {
  readonly seed: number;
  /** Number of completed starts; the first broken promise ends a schedule. */
  readonly starts: number;
  /** Where each crash happened, by name. */
  readonly crashes: readonly string[];
  /** How many crashes lost unsynced bytes. */
  readonly losses: number;
  readonly violations: readonly Violation[];
  readonly log: string;
};

/**
 * Runs a schedule and checks the invariants throughout.
 * @param begin begins one start, with all that happens around it.
 */
export async function playStarts<P extends Planned>(
  { seed, starts: planned }: { readonly seed: number; readonly starts: readonly P[] },
  workspace: ChaosWorkspace,
  oracle: ChaosOracle<P>,
  begin: (start: P) => Start<P>,
): Promise<Outcome> {
  const crashes: string[] = [];
  let losses = 0;
  let starts = 0;
  let log = '';
  try {
    for (const [number, plan] of planned.entries()) {
      starts++;
      const start = begin(plan);
      const crash = await start.live();
      const { run } = start;
      if (crash !== null) crashes.push(crash);
      losses += run.of('crash').filter(({ lost }) => lost > 0).length;
      log += `--- start ${number}: ${JSON.stringify(plan)}\n${run.log}${run.reports.map((report) => `  ${JSON.stringify(report)}\n`).join('')}`;
      oracle.after(run, plan, crash === null);
      if (oracle.violations.length > 0) {
        log += `--- history\n${historyOf(workspace)}`;
        break;
      }
    }
    return { seed, starts, crashes, losses, violations: oracle.violations, log };
  } finally {
    workspace.dispose();
  }
}

/** How a start is stopped: whether the marker comes first, and when a crash cuts the stop short. */
export type Stop = { readonly markFirst: boolean; readonly crashAfterMs: number | null };

/** One start, from beginning to end. */
export abstract class Start<P extends Planned> {
  /** How it is stopped where the schedule names only a step of the stop. */
  protected abstract readonly ownStop: Stop;

  constructor(
    private readonly place: ChaosWorkspace,
    protected readonly oracle: ChaosOracle<P>,
    protected readonly planned: P,
    readonly run: Run,
  ) {}

  /** Waits until nothing more happens, and has the oracle look. */
  protected abstract settleDown(): Promise<void>;
  /** Stops it. @returns whether it ended before `within` milliseconds had passed. */
  protected abstract stop(how: Stop, within: number): Promise<boolean>;

  /** @returns where it crashed, null if it was stopped. */
  async live(): Promise<string | null> {
    const { ending } = this.planned;
    if (ending.kind === 'time') {
      await this.run.until(() => this.isOver, ending.ms);
      return this.#crash('time: after some milliseconds');
    }
    await this.settleDown();
    const stops = ending.kind === 'stop' || ending.stopFirst;
    if (!stops || this.isOver) return this.#crash('rest: with nothing going on');
    const how = ending.kind === 'stop' ? ending : this.ownStop;
    const ended = await this.stop(how, how.crashAfterMs ?? HANG_MS);
    if (!ended && how.crashAfterMs === null) this.oracle.blame('at rest', 'the start did not heed the stop');
    return this.#crash('stop: while the workspace was being stopped', ended);
  }

  protected get isOver(): boolean {
    return this.run.of('over').length > 0 || this.run.of('crash').length > 0;
  }

  protected async wait(wanted: () => boolean): Promise<void> {
    const came = await this.run.until(() => this.isOver || wanted(), HANG_MS);
    if (!came) this.oracle.blame('at rest', 'the start never came to rest');
  }

  /** Has the oracle look at what is at rest. */
  protected check(): void {
    if (this.run.of('over').length > 0 && this.run.of('crash').length === 0)
      this.oracle.blame('at rest', 'the script ended by itself');
    if (!this.isOver) this.oracle.atRest(this.run, this.planned);
  }

  /** Kills what is left. @param stopped whether the script ended as it should. */
  async #crash(where: string, stopped = false): Promise<string | null> {
    await this.place.crash(this.run);
    const [crash] = this.run.of('crash');
    return crash?.step ?? (stopped ? null : where);
  }
}

/** Sends a signal to a process that may have just ended. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has.
  }
}
