import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { runnerStateFile } from '../../../shim/amp/runner-state.ts';
import { linesIn } from '../lines.ts';
import { makeProgram } from '../script.ts';
import { ChaosWorkspace } from './chaos-workspace.ts';
import type { Programs } from './crash-build.ts';
import type { Run } from './run.ts';
import type { Damage, PlannedRunnerStart } from './runner-schedule.ts';

const PLANS = {
  begins: '${words[0]} == launch',
  posts: '${words[0]} == launch && ${words[3]} != none',
};

/** A thread that people want a runner to serve, and in which folder. */
type Asked = { readonly thread: string; readonly desired: 'running' | 'stopped'; readonly folder: string };

/** A workspace with the real runner.sh, and without AgentAPI. */
export class RunnerWorkspace extends ChaosWorkspace {
  /** The second folder that threads may be in. */
  readonly second: string;
  readonly #path: string;
  /** Which workspace's home it is: it changes when it is copied. */
  #workspace = 1;

  constructor(programs: Programs) {
    super(programs, PLANS);
    this.second = join(this.home, 'second');
    for (const folder of [this.workdir, join(this.amp.folder, 'archived'), join(this.folder, 'quick')])
      mkdirSync(folder);
    // A schedule gains nothing from pauses of a second.
    makeProgram(join(this.folder, 'quick/sleep'), 'read -r -t 0.05 <> <(:)');
    this.#path = `${join(this.folder, 'quick')}:${programs.path}`;
  }

  get name(): string {
    return `box-${this.#workspace}`;
  }

  /** The home is another workspace's from now on. */
  copy(): void {
    this.#workspace += 1;
  }

  /** Has people want something of the runner; it hears of it when it registers, or when it is told to look. */
  ask(asked: Asked): void {
    appendFileSync(join(this.amp.folder, `asked-${this.name}`), `${JSON.stringify(asked)}\n`);
  }

  /** What the runner of this name has done of that, as Amp's servers know it. */
  get accepted(): readonly Asked[] {
    const heard = linesIn(join(this.amp.folder, `accepted-${this.name}`));
    return linesIn(join(this.amp.folder, `asked-${this.name}`))
      .filter((_, index) => heard[index] === 'done')
      .map((line) => JSON.parse(line));
  }

  archive(thread: string): void {
    writeFileSync(join(this.amp.folder, 'archived', thread), '');
  }

  isArchived(thread: string): boolean {
    return existsSync(join(this.amp.folder, 'archived', thread));
  }

  /** What happens to Amp's file about the runner. */
  damage(how: Damage): void {
    const file = runnerStateFile(ampFolders(this.home, {}), this.workdir);
    if (how === 'none' || !existsSync(file)) return;
    const text = readFileSync(file, 'utf8');
    if (how === 'gone') rmSync(file);
    else if (how === 'cut off') writeFileSync(file, text.slice(0, text.length / 2));
    else
      writeFileSync(
        file,
        JSON.stringify({ runnerId: this.name, workingDirectory: this.workdir, servedThreadIds: [] }),
      );
  }

  start(planned: PlannedRunnerStart): Run {
    if (planned.late) rmSync(this.second, { recursive: true, force: true });
    else mkdirSync(this.second, { recursive: true });
    rmSync(join(this.folder, 'stopping'), { force: true });
    const variables = {
      AMP_MODULE_PORT: '',
      AMP_MODULE_RUNNER_NAME: this.name,
      AMP_MODULE_RUNNER_DIRECTORIES: this.second,
      AMP_MODULE_WORKSPACE_ID: `workspace-${this.#workspace}`,
    };
    const environment = {
      PATH: this.#path,
      AMP_API_KEY: 'sgamp_chaos',
      CHAOS_LAST_THREAD: join(this.home, '.local/share/amp/last'),
      CHAOS_IDENTITY: '',
    };
    return this.run('runner.sh', planned, { variables, environment });
  }
}
