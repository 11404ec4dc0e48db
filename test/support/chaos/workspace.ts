import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { terminalIdentity } from '../../../shim/agent/terminal-identity.ts';
import { lastThreadFile } from '../amp/records.ts';
import { ChaosWorkspace, KEY } from './chaos-workspace.ts';
import type { Programs } from './crash-build.ts';
import type { Run } from './run.ts';
import type { PlannedStart } from './schedule.ts';

/** Of two start scripts one is refused. */
const PLANS = {
  begins: '"${words[*]: -1}" != refuse',
  posts: '" ${words[*]} " == *" typed "*',
};

/** A workspace with the real start.sh. */
export class LightWorkspace extends ChaosWorkspace {
  readonly #ownRecord: string;
  readonly #variables: Record<string, string>;
  readonly #environment: Record<string, string>;

  /** @param port for AgentAPI. */
  constructor(programs: Programs, port: number) {
    super(programs, PLANS);
    this.#variables = { AMP_MODULE_PORT: String(port) };
    const identity = terminalIdentity(this.folder, KEY);
    this.#ownRecord = lastThreadFile(this.home, this.workdir, `term:${identity}`);
    this.#environment = {
      PATH: programs.path,
      AGENTAPI_PID_FILE: join(this.folder, 'agentapi.pid'),
      CHAOS_LAST_THREAD: lastThreadFile(this.home, this.workdir),
      CHAOS_IDENTITY: identity,
      CHAOS_LAUNCH: this.paths.launch,
      CHAOS_OWN_RECORD: this.#ownRecord,
    };
  }

  /** Runs the start script. @param list whether to report every step. */
  start(planned: PlannedStart, list = false): Run {
    const { persistence, say, twice, lasts, moves } = planned;
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
      ...(list ? { CHAOS_LIST: '1' } : {}),
    };
    return this.run('start.sh', planned, { variables: this.#variables, environment }, twice);
  }

  /** The last thread of the recorded agent, according to Amp's own record; null before the first. */
  get agentThread(): string | null {
    if (!existsSync(this.#ownRecord)) return null;
    return z.string().parse(JSON.parse(readFileSync(this.#ownRecord, 'utf8')));
  }
}
