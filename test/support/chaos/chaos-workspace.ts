import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { NO_START_INPUTS } from '../module-variables.ts';
import { makeProgram } from '../script.ts';
import { killAll } from '../workspace/machine.ts';
import { AmpServers } from './amp-servers.ts';
import type { Planned } from './chaos-oracle.ts';
import type { Programs } from './crash-build.ts';
import { Run } from './run.ts';

export const KEY = 'main';
/** Every workspace that has not been removed yet. */
const present = new Set<{ readonly dispose: () => void }>();

/** Kills and removes every workspace, in case the harness itself is interrupted. */
export function disposeAll(): void {
  for (const workspace of present) workspace.dispose();
}

/** Which plans begin a start, and which of them have something that is done later: conditions of bash about `words`. */
type Plans = { readonly begins: string; readonly posts: string };

/**
 * The launcher without its choice of a runtime. It reports whether something is to be done once a plan's agent or runner
 * runs, and when the command that does it has ended.
 */
const launcher = (folder: string, { begins, posts }: Plans) => `export AMP_MODULE_STATE_DIR='${folder}'
bundle='${folder}/bundle/chaos/main.cjs'
case $1 in
deliver | runner-deliver | runner-check)
  node "$bundle" "$1" <&0 &
  child=$!
  trap 'kill $child; wait $child; exit' TERM
  wait "$child"
  # The runner that it has told to end is about to be started again.
  grep -qs '"again":true' '${folder}/sessions/${KEY}/amp-runner.json' || echo '{"at":"delivered"}' >&3
  exit ;;
prepare | runner-prepare) ;;
*) exec node "$bundle" "$@" ;;
esac
node "$bundle" "$1" >"$HOME/plan.$$" || exit
mapfile -d '' -t words <"$HOME/plan.$$"
posts=false
[[ ${posts} ]] && posts=true
[[ ${begins} ]] && printf '{"at":"planned","posts":%s}\\n' "$posts" >&3
cat "$HOME/plan.$$"`;

/** A workspace built for speed: its programs are doubles, without Terraform and Coder. */
export abstract class ChaosWorkspace {
  readonly amp: AmpServers;
  readonly paths: SessionPaths;
  readonly workdir: string;
  /** AgentAPI's. */
  readonly stateFile: string;
  protected readonly home: string;
  /** The module's. */
  protected readonly folder: string;
  readonly #root: string;

  constructor({ bundle }: Programs, plans: Plans) {
    this.#root = mkdtempSync(join(tmpdir(), 'amp-chaos-'));
    present.add(this);
    this.home = join(this.#root, 'home');
    this.folder = join(this.home, '.amp-module');
    this.workdir = join(this.home, 'project');
    this.stateFile = join(this.folder, 'agentapi-state.json');
    this.paths = sessionPaths(this.folder, KEY);
    this.amp = new AmpServers(join(this.#root, 'amp'));
    for (const name of ['bin', 'bundle/chaos']) mkdirSync(join(this.folder, name), { recursive: true });
    // One file: nothing of it is loaded apart.
    for (const name of ['main', 'start', 'commands', 'library'])
      symlinkSync(bundle, join(this.folder, `bundle/chaos/${name}.cjs`));
    makeProgram(join(this.folder, 'bin/amp-session'), launcher(this.folder, plans));
  }

  /**
   * Runs a script of the module.
   * @param more the variables and the environment of this mode.
   * @param twice whether to run it twice at the same time.
   */
  protected run(
    script: 'start.sh' | 'runner.sh',
    { prompt, persistence, ending }: Planned,
    more: {
      readonly variables: Readonly<Record<string, string>>;
      readonly environment: Readonly<Record<string, string>>;
    },
    twice = false,
  ): Run {
    const point = ending.kind === 'step' ? ending.point : null;
    const variables = {
      ...NO_START_INPUTS,
      AMP_MODULE_AGENTAPI_DIR: '.amp-module',
      AMP_MODULE_BUNDLE_SHA256: 'chaos',
      AMP_MODULE_WORKDIR: this.workdir,
      AMP_MODULE_STATE_DIR: '.amp-module',
      AMP_MODULE_PERSISTENCE: String(persistence),
      AMP_MODULE_SESSION_KEY: KEY,
      AMP_MODULE_PROMPT: prompt,
      ...more.variables,
    };
    const environment = {
      HOME: this.home,
      LANG: 'C.UTF-8',
      CHAOS_AMP: this.amp.folder,
      CHAOS_LOGS: join(this.home, '.cache/amp/logs/threads'),
      ...(point === null ? {} : { CHAOS_CRASH: JSON.stringify(point) }),
      ...(point?.program === 'amp' ? { CHAOS_AMP_STEP: String(point.step) } : {}),
      ...more.environment,
    };
    return new Run(variables, environment, twice, script);
  }

  /** Leaves the same marker as scripts/stop.sh. */
  announceStop(): void {
    writeFileSync(join(this.folder, 'stopping'), '');
  }

  /** Kills everything at once. */
  async crash(run: Run): Promise<void> {
    try {
      process.kill(-run.pid, 'SIGKILL');
    } catch {
      // A step has killed it already.
    }
    // Calls of Amp have their own process groups.
    killAll(this.home);
    await run.over;
  }

  /** Removes it. Nothing may be running in it. */
  dispose(): void {
    present.delete(this);
    killAll(this.home);
    rmSync(this.#root, { recursive: true, force: true });
  }
}
