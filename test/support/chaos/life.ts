import { freePort } from '../ports.ts';
import { mostAtOnce } from './chats.ts';
import type { Programs } from './crash-build.ts';
import { Oracle } from './oracle.ts';
import type { Run } from './run.ts';
import type { PlannedStart, Schedule } from './schedule.ts';
import { type Outcome, playStarts, Start, type Stop, send } from './start.ts';
import { LightWorkspace } from './workspace.ts';

/** Runs a schedule and checks the invariants throughout. */
export async function live(schedule: Schedule, programs: Programs): Promise<Outcome> {
  const workspace = new LightWorkspace(programs, await freePort());
  const oracle = new Oracle(workspace);
  return playStarts(schedule, workspace, oracle, (start) => {
    oracle.before(start);
    return new ChatStart(workspace, oracle, start, workspace.start(start));
  });
}

class ChatStart extends Start<PlannedStart> {
  protected override readonly ownStop = { markFirst: true, crashAfterMs: null };
  readonly #workspace: LightWorkspace;

  constructor(workspace: LightWorkspace, ...rest: [Oracle, PlannedStart, Run]) {
    super(workspace, ...rest);
    this.#workspace = workspace;
  }

  protected override async settleDown(): Promise<void> {
    await this.#comeToRest();
    this.check();
  }

  /** Waits until the agent is in its thread with nothing left to type, or has failed for good. */
  async #comeToRest(): Promise<void> {
    const { run } = this;
    // One of two start scripts is refused and ends. Otherwise, two AgentAPIs are the result.
    const isAlone = (): boolean => !twice || run.of('left').length > 0 || mostAtOnce(run) > 1;
    const rests = (): boolean => run.isAtRest && isAlone();
    const { amp, recovers, twice } = this.planned;
    // With a flaky Amp, the agent of a deleted thread keeps failing: only the agent can tell that the thread
    // is gone.
    if (amp === 'offline' || amp === 'flaky') {
      await this.wait(() => rests() || run.isWaiting || run.of('down').length > 0);
      if (rests() || !recovers) return;
      this.#workspace.amp.setMood('ok');
    }
    await this.wait(rests);
  }

  protected override async stop(how: Stop, within: number): Promise<boolean> {
    if (how.markFirst) this.#workspace.announceStop();
    const deadline = performance.now() + within;
    const told = new Set(this.run.of('down').map(({ pid }) => pid));
    const untold = () => this.run.of('up').filter(({ pid }) => !told.has(pid));
    let ended = this.isOver;
    // Also stop a server that was about to start when the stop came.
    for (let inTime = true; inTime && !ended; ended = this.isOver) {
      for (const { pid } of untold()) {
        told.add(pid);
        for (const signal of ['SIGUSR1', 'SIGTERM'] as const) send(pid, signal);
      }
      if (!how.markFirst) this.#workspace.announceStop();
      inTime = await this.run.until(() => this.isOver || untold().length > 0, deadline - performance.now());
    }
    return ended;
  }
}
