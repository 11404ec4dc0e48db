import { randomUUID } from 'node:crypto';
import { HANG_MS } from '../limits.ts';
import type { Programs } from './crash-build.ts';
import type { Outcome } from './life.ts';
import { historyOf } from './recorded.ts';
import type { Run } from './run.ts';
import { RunnerOracle } from './runner-oracle.ts';
import type { PlannedRunnerStart, RunnerSchedule } from './runner-schedule.ts';
import { RunnerWorkspace } from './runner-workspace.ts';

/** Runs a schedule of a workspace with a runner, and checks the invariants throughout. */
export async function liveAsRunner(schedule: RunnerSchedule, programs: Programs): Promise<Outcome> {
  const workspace = new RunnerWorkspace(programs);
  const oracle = new RunnerOracle(workspace);
  const crashes: string[] = [];
  let losses = 0;
  let starts = 0;
  let log = '';
  try {
    for (const [number, start] of schedule.starts.entries()) {
      starts++;
      prepare(workspace, start);
      oracle.before(start);
      const run = workspace.start(start);
      const crash = await new Start(workspace, oracle, start, run).live();
      if (crash !== null) crashes.push(crash);
      losses += run.of('crash').filter(({ lost }) => lost > 0).length;
      log += `--- start ${number}: ${JSON.stringify(start)}\n${run.log}${run.reports.map((report) => `  ${JSON.stringify(report)}\n`).join('')}`;
      oracle.after(run, crash === null);
      if (oracle.violations.length > 0) {
        log += `--- history\n${historyOf(workspace)}`;
        break;
      }
    }
    return { seed: schedule.seed, starts, crashes, losses, violations: oracle.violations, log };
  } finally {
    workspace.dispose();
  }
}

/** What happens between two starts. */
function prepare(workspace: RunnerWorkspace, start: PlannedRunnerStart): void {
  const web = running(workspace)[0];
  if (start.archives && web !== undefined) workspace.archive(web);
  const own = workspace.amp.minted.at(-1);
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

/** One start, from beginning to end. */
class Start {
  readonly #workspace: RunnerWorkspace;
  readonly #oracle: RunnerOracle;
  readonly #planned: PlannedRunnerStart;
  readonly #run: Run;

  constructor(workspace: RunnerWorkspace, oracle: RunnerOracle, planned: PlannedRunnerStart, run: Run) {
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
    const stops = ending.kind === 'stop' || ending.stopFirst;
    if (!stops || this.#isOver) return this.#crash('rest: with nothing going on');
    return this.#stop(ending.kind === 'stop' ? ending : { markFirst: false, crashAfterMs: null });
  }

  get #isOver(): boolean {
    return this.#run.of('over').length > 0 || this.#run.of('crash').length > 0;
  }

  /** Whether the runner has done all that it was asked to, and the prompt is given or not to be. */
  get #isAtRest(): boolean {
    const last = (at: string) => this.#run.reports.findLastIndex((report) => report.at === at);
    const posts = this.#run.of('planned').at(-1)?.posts === true;
    return last('serving') > last('planned') && (!posts || last('delivered') > last('planned'));
  }

  /** Waits until the runner runs and is looked at, and does so again after more was asked of it. */
  async #settleDown(): Promise<void> {
    const run = this.#run;
    const { amp, recovers } = this.#planned;
    if (amp !== 'ok') {
      await this.#wait(() => run.of('serving').length > 0 || run.of('failed').length > 0);
      if (!recovers) return;
      this.#workspace.amp.setMood('ok');
    }
    await this.#wait(() => this.#isAtRest);
    this.#check();
    const { stops, beginsLater } = this.#planned;
    if (this.#isOver) return;
    const [thread] = running(this.#workspace);
    begin(this.#workspace, this.#planned, beginsLater);
    if (stops && thread !== undefined)
      this.#workspace.ask({ thread, desired: 'stopped', folder: this.#workspace.workdir });
    const { pid } = run.of('serving').at(-1) ?? {};
    const before = run.of('serving').length;
    if (pid !== undefined) send(pid, 'SIGUSR2');
    await this.#wait(() => run.of('serving').length > before);
    this.#check();
  }

  #check(): void {
    if (this.#run.of('over').length > 0 && this.#run.of('crash').length === 0)
      this.#oracle.blame('at rest', 'runner.sh ended by itself');
    if (!this.#isOver) this.#oracle.atRest(this.#run, this.#planned);
  }

  async #wait(wanted: () => boolean): Promise<void> {
    const came = await this.#run.until(() => this.#isOver || wanted(), HANG_MS);
    if (!came) this.#oracle.blame('at rest', 'the start never came to rest');
  }

  /** As scripts/stop.sh and `runner-stop` do it. */
  async #stop(how: {
    readonly markFirst: boolean;
    readonly crashAfterMs: number | null;
  }): Promise<string | null> {
    if (how.markFirst) this.#workspace.announceStop();
    send(this.#run.pid, 'SIGTERM');
    const ended = await this.#run.until(() => this.#isOver, how.crashAfterMs ?? HANG_MS);
    if (!ended && how.crashAfterMs === null) this.#oracle.blame('at rest', 'the start did not heed the stop');
    return this.#crash('stop: while the workspace was being stopped', ended);
  }

  /** Kills what is left. @param stopped whether runner.sh ended as it should. */
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
