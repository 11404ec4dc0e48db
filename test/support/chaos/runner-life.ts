import { randomUUID } from 'node:crypto';
import type { Programs } from './crash-build.ts';
import type { Run } from './run.ts';
import { RunnerOracle } from './runner-oracle.ts';
import type { PlannedRunnerStart, RunnerSchedule } from './runner-schedule.ts';
import { RunnerWorkspace } from './runner-workspace.ts';
import { type Outcome, playStarts, Start, type Stop, send } from './start.ts';

/** Runs a schedule of a workspace with a runner, and checks the invariants throughout. */
export async function liveAsRunner(schedule: RunnerSchedule, programs: Programs): Promise<Outcome> {
  const workspace = new RunnerWorkspace(programs);
  const oracle = new RunnerOracle(workspace);
  return playStarts(schedule, workspace, oracle, (start) => {
    prepare(workspace, start);
    oracle.before(start);
    return new RunnerStart(workspace, oracle, start, workspace.start(start));
  });
}

/** What happens between two starts. */
function prepare(workspace: RunnerWorkspace, start: PlannedRunnerStart): void {
  const own = workspace.amp.minted.at(-1);
  // Now and then the key's own.
  const archived = start.begins.length === 0 ? own : running(workspace)[0];
  if (start.archives && archived !== undefined) workspace.archive(archived);
  if (start.deleteBefore && own !== undefined) workspace.amp.delete(own);
  workspace.damage(start.damage);
  if (start.copied) workspace.copy();
  workspace.amp.setMood(start.amp);
  begin(workspace, start, start.begins);
}

/** Somebody begins threads at Amp's site. A folder that isn't there can't be chosen. */
function begin(
  workspace: RunnerWorkspace,
  { late }: PlannedRunnerStart,
  folders: readonly ('own' | 'second')[],
): void {
  for (const where of folders) {
    const folder = where === 'own' || late ? workspace.workdir : workspace.second;
    workspace.ask({ thread: `T-${randomUUID()}`, desired: 'running', folder });
  }
}

/** The threads that were begun at Amp's site and nobody has ended there. */
function running(workspace: RunnerWorkspace): readonly string[] {
  const last = new Map(workspace.accepted.map(({ thread, desired }) => [thread, desired]));
  return [...last].flatMap(([thread, desired]) =>
    desired === 'running' && !workspace.isArchived(thread) ? [thread] : [],
  );
}

class RunnerStart extends Start<PlannedRunnerStart> {
  protected override readonly ownStop = { markFirst: false, crashAfterMs: null };
  readonly #workspace: RunnerWorkspace;

  constructor(workspace: RunnerWorkspace, ...rest: [RunnerOracle, PlannedRunnerStart, Run]) {
    super(workspace, ...rest);
    this.#workspace = workspace;
  }

  /** Whether the runner has done all that it was asked to, and the prompt is given or not to be. */
  get #isAtRest(): boolean {
    const last = (at: string) => this.run.reports.findLastIndex((report) => report.at === at);
    const posts = this.run.of('planned').at(-1)?.posts === true;
    return last('serving') > last('planned') && (!posts || last('delivered') > last('planned'));
  }

  /** Waits until the runner runs and is looked at, and does so again after more was asked of it. */
  protected override async settleDown(): Promise<void> {
    const { run } = this;
    const { amp, recovers } = this.planned;
    if (amp !== 'ok') {
      await this.wait(() => run.of('serving').length > 0 || run.of('failed').length > 0);
      if (!recovers) return;
      this.#workspace.amp.setMood('ok');
    }
    await this.wait(() => this.#isAtRest);
    this.check();
    const { stops, beginsLater } = this.planned;
    if (this.isOver) return;
    const [thread] = running(this.#workspace);
    begin(this.#workspace, this.planned, beginsLater);
    if (stops && thread !== undefined)
      this.#workspace.ask({ thread, desired: 'stopped', folder: this.#workspace.workdir });
    const { pid } = run.of('serving').at(-1) ?? {};
    const before = run.of('serving').length;
    if (pid !== undefined) send(pid, 'SIGUSR2');
    await this.wait(() => run.of('serving').length > before);
    this.check();
  }

  /** As scripts/stop.sh and `runner-stop` do it. */
  protected override stop({ markFirst }: Stop, within: number): Promise<boolean> {
    if (markFirst) this.#workspace.announceStop();
    send(this.run.pid, 'SIGTERM');
    return this.run.until(() => this.isOver, within);
  }
}
