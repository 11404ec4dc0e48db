import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { runnerStateFile } from '../../../shim/amp/runner-state.ts';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { NO_START_INPUTS } from '../module-variables.ts';
import { makeProgram } from '../script.ts';
import { killAll } from '../workspace/machine.ts';
import { AmpServers } from './amp-servers.ts';
import type { Programs } from './crash-build.ts';
import { Run } from './run.ts';
import type { Damage, PlannedRunnerStart } from './runner-schedule.ts';
import { present } from './workspace.ts';

const KEY = 'main';

/** The launcher without its choice of a runtime. It reports whether a plan has a prompt, and the end of what gives that. */
const launcher = (folder: string) => `export AMP_MODULE_STATE_DIR='${folder}'
bundle='${folder}/bundle/chaos/main.cjs'
if [[ $1 == runner-deliver ]]; then
  node "$bundle" runner-deliver <&0 &
  child=$!
  trap 'kill $child; wait $child; exit' TERM
  wait "$child"
  echo '{"at":"delivered"}' >&3
  exit
fi
[[ $1 == runner-prepare ]] || exec node "$bundle" "$@"
node "$bundle" runner-prepare >"$HOME/plan.$$" || exit
mapfile -d '' -t words <"$HOME/plan.$$"
posts=false
[[ \${words[0]} != launch || \${words[3]} == none ]] || posts=true
[[ \${words[0]} != launch ]] || printf '{"at":"planned","posts":%s}\\n' "$posts" >&3
cat "$HOME/plan.$$"`;

/** A thread that people want a runner to serve, and in which folder. */
type Asked = { readonly thread: string; readonly desired: 'running' | 'stopped'; readonly folder: string };

/** A workspace with the real runner.sh, built for speed as LightWorkspace is. */
export class RunnerWorkspace {
  readonly amp: AmpServers;
  readonly paths: SessionPaths;
  /** There is no AgentAPI. */
  readonly stateFile = '';
  /** The second folder that threads may be in. */
  readonly second: string;
  readonly workdir: string;
  readonly #root: string;
  readonly #home: string;
  readonly #folder: string;
  readonly #path: string;
  /** Which workspace's home it is: it changes when it is copied. */
  #workspace = 1;

  constructor({ bundle, path }: Programs) {
    this.#root = mkdtempSync(join(tmpdir(), 'amp-chaos-'));
    present.add(this);
    this.#home = join(this.#root, 'home');
    this.#folder = join(this.#home, '.amp-module');
    this.workdir = join(this.#home, 'project');
    this.second = join(this.#home, 'second');
    this.paths = sessionPaths(this.#folder, KEY);
    this.amp = new AmpServers(join(this.#root, 'amp'));
    for (const folder of ['bin', 'bundle/chaos', 'quick'])
      mkdirSync(join(this.#folder, folder), { recursive: true });
    for (const folder of [this.workdir, join(this.amp.folder, 'archived')]) mkdirSync(folder);
    for (const name of ['main', 'library'])
      symlinkSync(bundle, join(this.#folder, `bundle/chaos/${name}.cjs`));
    makeProgram(join(this.#folder, 'bin/amp-session'), launcher(this.#folder));
    // A schedule gains nothing from pauses of a second.
    makeProgram(join(this.#folder, 'quick/sleep'), 'read -r -t 0.05 <> <(:)');
    this.#path = `${join(this.#folder, 'quick')}:${path}`;
  }

  /** What the runner is to be called. */
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
    const heard = this.#lines(`accepted-${this.name}`);
    return this.#lines(`asked-${this.name}`)
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
    const file = runnerStateFile(ampFolders(this.#home, {}), this.workdir);
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

  /** Runs runner.sh. */
  start({ prompt, persistence, late, ending }: PlannedRunnerStart): Run {
    if (late) rmSync(this.second, { recursive: true, force: true });
    else mkdirSync(this.second, { recursive: true });
    rmSync(join(this.#folder, 'stopping'), { force: true });
    const point = ending.kind === 'step' ? ending.point : null;
    const variables = {
      ...NO_START_INPUTS,
      AMP_MODULE_AGENTAPI_DIR: '.amp-module',
      AMP_MODULE_BUNDLE_SHA256: 'chaos',
      AMP_MODULE_PORT: '',
      AMP_MODULE_WORKDIR: this.workdir,
      AMP_MODULE_STATE_DIR: '.amp-module',
      AMP_MODULE_PERSISTENCE: String(persistence),
      AMP_MODULE_SESSION_KEY: KEY,
      AMP_MODULE_PROMPT: prompt,
      AMP_MODULE_RUNNER_NAME: this.name,
      AMP_MODULE_RUNNER_DIRECTORIES: this.second,
      AMP_MODULE_WORKSPACE_ID: `workspace-${this.#workspace}`,
    };
    const environment = {
      HOME: this.#home,
      PATH: this.#path,
      LANG: 'C.UTF-8',
      AMP_API_KEY: 'sgamp_chaos',
      CHAOS_AMP: this.amp.folder,
      CHAOS_LAST_THREAD: join(this.#home, '.local/share/amp/last'),
      CHAOS_IDENTITY: '',
      CHAOS_LOGS: join(this.#home, '.cache/amp/logs/threads'),
      ...(point === null ? {} : { CHAOS_CRASH: JSON.stringify(point) }),
      ...(point?.program === 'amp' ? { CHAOS_AMP_STEP: String(point.step) } : {}),
    };
    return new Run(variables, environment, false, 'runner.sh');
  }

  /** Leaves the same marker as scripts/stop.sh. */
  announceStop(): void {
    writeFileSync(join(this.#folder, 'stopping'), '');
  }

  /** Kills everything at once. */
  async crash(run: Run): Promise<void> {
    try {
      process.kill(-run.pid, 'SIGKILL');
    } catch {
      // A step has killed it already.
    }
    // Calls of Amp have their own process groups.
    killAll(this.#home);
    await run.over;
  }

  /** Removes it. Nothing may be running in it. */
  dispose(): void {
    present.delete(this);
    killAll(this.#home);
    rmSync(this.#root, { recursive: true, force: true });
  }

  #lines(name: string): string[] {
    const path = join(this.amp.folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  }
}
