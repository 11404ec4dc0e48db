import { createHash } from 'node:crypto';
import {
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
import * as z from 'zod';
import { terminalIdentity } from '../../../shim/agent/terminal-identity.ts';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { NO_START_INPUTS } from '../module-variables.ts';
import { makeProgram } from '../script.ts';
import { killAll } from '../workspace/machine.ts';
import { AmpServers } from './amp-servers.ts';
import type { Programs } from './crash-build.ts';
import { Run } from './run.ts';
import type { PlannedStart } from './schedule.ts';

const KEY = 'main';
/** Every workspace that has not been removed yet. */
export const present = new Set<{ readonly dispose: () => void }>();

/** Kills and removes every workspace, in case the harness itself is interrupted. */
export function disposeAll(): void {
  for (const workspace of present) workspace.dispose();
}

/**
 * The launcher without its choice of a runtime. It reports whether a plan's prompt is posted later, and the end of
 * what does that.
 */
const launcher = (folder: string) => `export AMP_MODULE_STATE_DIR='${folder}'
bundle='${folder}/bundle/chaos/main.cjs'
if [[ $1 == deliver ]]; then
  node "$bundle" deliver <&0 &
  child=$!
  trap 'kill $child; exit' TERM
  wait "$child"
  echo '{"at":"delivered"}' >&3
  exit
fi
[[ $1 == prepare ]] || exec node "$bundle" "$@"
node "$bundle" prepare >"$HOME/plan.$$" || exit
posts=false
while IFS= read -r -d '' word; do
  last=$word
  [[ $word == typed ]] && posts=true
done <"$HOME/plan.$$"
# Of two start scripts one is refused.
[[ $last == refuse ]] || printf '{"at":"planned","posts":%s}\\n' "$posts" >&3
cat "$HOME/plan.$$"`;

/**
 * A workspace with the real start script, built for speed: its programs are doubles, without Terraform and
 * Coder.
 */
export class LightWorkspace {
  readonly amp: AmpServers;
  readonly paths: SessionPaths;
  readonly stateFile: string;
  readonly #port: number;
  readonly #root: string;
  readonly #home: string;
  readonly #ownRecord: string;
  readonly #folder: string;
  readonly #environment: Record<string, string>;

  /** @param port for AgentAPI. */
  constructor({ bundle, path }: Programs, port: number) {
    this.#port = port;
    this.#root = mkdtempSync(join(tmpdir(), 'amp-chaos-'));
    present.add(this);
    this.#home = join(this.#root, 'home');
    this.#folder = join(this.#home, '.amp-module');
    this.stateFile = join(this.#folder, 'agentapi-state.json');
    this.paths = sessionPaths(this.#folder, KEY);
    this.amp = new AmpServers(join(this.#root, 'amp'));
    const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
    const checkout = hash(this.#workdir);
    const identity = terminalIdentity(this.#folder, KEY);
    const records = join(this.#home, '.local/share/amp/last-threads');
    this.#ownRecord = join(records, `${checkout}-${hash(`term:${identity}`)}-interactive-session.json`);
    this.#environment = {
      HOME: this.#home,
      PATH: path,
      LANG: 'C.UTF-8',
      AGENTAPI_PID_FILE: join(this.#folder, 'agentapi.pid'),
      CHAOS_AMP: this.amp.folder,
      CHAOS_LAST_THREAD: join(records, `${checkout}-interactive-session.json`),
      CHAOS_IDENTITY: identity,
      CHAOS_LAUNCH: this.paths.launch,
      CHAOS_OWN_RECORD: this.#ownRecord,
      CHAOS_LOGS: join(this.#home, '.cache/amp/logs/threads'),
    };
    for (const name of ['bin', 'bundle/chaos']) mkdirSync(join(this.#folder, name), { recursive: true });
    // One file: nothing of it is loaded apart.
    for (const name of ['main', 'library'])
      symlinkSync(bundle, join(this.#folder, `bundle/chaos/${name}.cjs`));
    makeProgram(join(this.#folder, 'bin/amp-session'), launcher(this.#folder));
  }

  /** Runs the start script. @param list whether to report every step. */
  start({ prompt, persistence, say, twice, lasts, moves, ending }: PlannedStart, list = false): Run {
    const point = ending.kind === 'step' ? ending.point : null;
    const variables = {
      ...NO_START_INPUTS,
      AMP_MODULE_AGENTAPI_DIR: '.amp-module',
      AMP_MODULE_BUNDLE_SHA256: 'chaos',
      AMP_MODULE_PORT: String(this.#port),
      AMP_MODULE_WORKDIR: this.#workdir,
      AMP_MODULE_STATE_DIR: '.amp-module',
      AMP_MODULE_PERSISTENCE: String(persistence),
      AMP_MODULE_SESSION_KEY: KEY,
      AMP_MODULE_PROMPT: prompt,
    };
    // AgentAPI's module sets these only while persistence is on.
    const state = {
      AGENTAPI_STATE_FILE: this.stateFile,
      AGENTAPI_SAVE_STATE: 'true',
      AGENTAPI_LOAD_STATE: 'true',
    };
    const environment = {
      ...this.#environment,
      ...(persistence ? state : {}),
      ...(say === null ? {} : { CHAOS_SAY: say }),
      CHAOS_LASTS: lasts,
      CHAOS_MOVES: moves,
      ...(point === null ? {} : { CHAOS_CRASH: JSON.stringify(point) }),
      ...(point?.program === 'amp' ? { CHAOS_AMP_STEP: String(point.step) } : {}),
      ...(list ? { CHAOS_LIST: '1' } : {}),
    };
    return new Run(variables, environment, twice);
  }

  /** The last thread of the recorded agent, according to Amp's own record; null before the first. */
  get agentThread(): string | null {
    if (!existsSync(this.#ownRecord)) return null;
    return z.string().parse(JSON.parse(readFileSync(this.#ownRecord, 'utf8')));
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

  get #workdir(): string {
    return join(this.#home, 'project');
  }
}
