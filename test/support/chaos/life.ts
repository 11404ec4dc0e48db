import { HANG_MS } from '../limits.ts';
import { freePort } from '../ports.ts';
import { mostAtOnce } from './chats.ts';
import type { Programs } from './crash-build.ts';
import { Oracle } from './oracle.ts';
import { historyOf } from './recorded.ts';
import type { Run } from './run.ts';
import type { PlannedStart, Schedule } from './schedule.ts';
import type { Violation } from './violation.ts';
import { LightWorkspace } from './workspace.ts';

/** The result of a schedule. */
export type Outcome = {
  readonly seed: number;
  /** Number of completed starts; the first broken promise ends a schedule. */
  readonly starts: number;
  /** Where each crash happened, by name. */
  readonly crashes: readonly string[];
  /** How many crashes lost unsynced bytes. */
  readonly losses: number;
  readonly violations: readonly Violation[];
  /** The logs of all starts. */
  readonly log: string;
};

/** Runs a schedule and checks the invariants throughout. */
export async function live(schedule: Schedule, programs: Programs): Promise<Outcome> {
  const workspace = new LightWorkspace(programs, await freePort());
  const oracle = new Oracle(workspace);
  const crashes: string[] = [];
  let losses = 0;
  let starts = 0;
  let log = '';
  try {
    for (const [number, start] of schedule.starts.entries()) {
      starts++;
      oracle.before(start);
      const run = workspace.start(start);
      const crash = await new Start(workspace, oracle, start, run).live();
      if (crash !== null) crashes.push(crash);
      losses += run.of('crash').filter(({ lost }) => lost > 0).length;
      log += `--- start ${number}: ${JSON.stringify(start)}\n${run.log}${run.reports.map((report) => `  ${JSON.stringify(report)}\n`).join('')}`;
      oracle.after(run, start);
      if (oracle.violations.length > 0) {
        log += `--- history\n${historyOf(workspace)}`;
        break;
      }
    }
    return {
      seed: schedule.seed,
      starts,
      crashes,
      losses,
      violations: oracle.violations,
      log,
    };
  } finally {
    workspace.dispose();
  }
}

/** One start, from beginning to end. */
class Start {
  readonly #workspace: LightWorkspace;
  readonly #oracle: Oracle;
  readonly #planned: PlannedStart;
  readonly #run: Run;

  constructor(workspace: LightWorkspace, oracle: Oracle, planned: PlannedStart, run: Run) {
    this.#workspace = workspace;
    this.#oracle = oracle;
    this.#planned = planned;
    this.#run = run;
  }

  /** @returns where it crashed, null if it was stopped. */
  async live(): Promise<string | null> {
    const { ending } = this.#planned;
    if (ending.kind === 'time') {
      await this.#run.until(() => this.#isOver, ending.ms);
      return this.#crash('time: after some milliseconds');
    }
    await this.#settleDown();
    const endedItself = this.#run.of('over').length > 0 && this.#run.of('crash').length === 0;
    if (endedItself) this.#oracle.blame('at rest', 'start.sh ended by itself');
    if (!this.#isOver) this.#oracle.atRest(this.#run, this.#planned);
    const stops = ending.kind === 'stop' || ending.stopFirst || ending.point.program === 'settle';
    if (!stops || this.#isOver) return this.#crash('rest: with nothing going on');
    return this.#stop(ending.kind === 'stop' ? ending : { markFirst: true, crashAfterMs: null });
  }

  get #isOver(): boolean {
    return this.#run.of('over').length > 0 || this.#run.of('crash').length > 0;
  }

  /** Waits until the agent is in its thread with nothing left to type, or has failed for good. */
  async #settleDown(): Promise<void> {
    const run = this.#run;
    // One of two start scripts is refused and ends. Otherwise, two AgentAPIs are the result.
    const isAlone = (): boolean => !twice || run.of('left').length > 0 || mostAtOnce(run) > 1;
    const rests = (): boolean => run.isAtRest && isAlone();
    const { amp, recovers, twice } = this.#planned;
    // With a flaky Amp, the agent of a deleted thread keeps failing: only the agent can tell that the thread
    // is gone.
    if (amp === 'offline' || amp === 'flaky') {
      await this.#wait(() => rests() || run.isWaiting || run.of('down').length > 0);
      if (rests() || !recovers) return;
      this.#workspace.amp.setMood('ok');
    }
    await this.#wait(rests);
  }

  async #wait(wanted: () => boolean): Promise<void> {
    const came = await this.#run.until(() => this.#isOver || wanted(), HANG_MS);
    if (!came) this.#oracle.blame('at rest', 'the start never came to rest');
  }

  async #stop(how: {
    readonly markFirst: boolean;
    readonly crashAfterMs: number | null;
  }): Promise<string | null> {
    if (how.markFirst) this.#workspace.announceStop();
    const deadline = performance.now() + (how.crashAfterMs ?? HANG_MS);
    const told = new Set(this.#run.of('down').map(({ pid }) => pid));
    const untold = () => this.#run.of('up').filter(({ pid }) => !told.has(pid));
    let ended = this.#isOver;
    // Also stop a server that was about to start when the stop came.
    for (let inTime = true; inTime && !ended; ended = this.#isOver) {
      for (const { pid } of untold()) {
        told.add(pid);
        for (const signal of ['SIGUSR1', 'SIGTERM'] as const) send(pid, signal);
      }
      if (!how.markFirst) this.#workspace.announceStop();
      inTime = await this.#run.until(() => this.#isOver || untold().length > 0, deadline - performance.now());
    }
    if (!ended && how.crashAfterMs === null) this.#oracle.blame('at rest', 'the start did not heed the stop');
    return this.#crash('stop: while the workspace was being stopped', ended);
  }

  /** Kills what is left. @param stopped whether start.sh ended as it should. */
  async #crash(where: string, stopped = false): Promise<string | null> {
    await this.#workspace.crash(this.#run);
    const [crash] = this.#run.of('crash');
    return crash?.step ?? (stopped ? null : where);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
