import { join } from 'node:path';
import { readPidFile } from '../agentapi/pid-file.ts';
import type { BaseConfig } from '../environment.ts';
import { readRunner } from '../runner.ts';
import { sessionPaths } from '../store/paths.ts';
import type { Session } from '../store/session.ts';
import { readSession } from '../store/store.ts';
import { isRunning } from '../system/processes.ts';

/** What `amp-session status --json` prints. */
export type Status = {
  readonly key: string;
  /**
   * The recorded thread: the one the agent is in or, where persistence is off now, will be in when it is on again. Null before
   * the first start.
   */
  readonly thread: string | null;
  /** Whether the last start records and resumes; null before the first. */
  readonly persistence: boolean | null;
  /** How this key came to it. */
  readonly origin: 'new' | 'recovered' | 'captured' | null;
  readonly since: string | null;
  readonly starts: number;
  readonly lastStart: string | null;
  /** `waiting`: a start script is there, and AgentAPI is not (not yet, or not again). */
  readonly agent: 'running' | 'waiting' | 'stopped';
  readonly workdir: string | null;
};

/** Gathers what is known of a key without asking anybody: it works offline and takes no lock. */
export function statusOf(config: BaseConfig): Status {
  const paths = sessionPaths(config.moduleFolder, config.key);
  const { session } = readSession(paths);
  const runner = readRunner(paths.runner);
  const served = readPidFile(join(config.moduleFolder, 'agentapi.pid')).kind === 'running';
  const attended = runner !== null && isRunning(runner);
  return {
    key: config.key,
    ...threadOf(session),
    persistence: runner?.persistence ?? null,
    agent: served ? 'running' : attended ? 'waiting' : 'stopped',
  };
}

function threadOf({ active }: Session) {
  return {
    thread: active?.thread ?? null,
    origin: active?.origin ?? null,
    since: active?.since ?? null,
    starts: active?.starts ?? 0,
    lastStart: active?.lastStart ?? null,
    workdir: active?.workdir ?? null,
  };
}

const ORIGINS = {
  new: 'created by this workspace',
  recovered: 'created by this workspace, recovered after a crash',
  captured: 'opened by the agent itself',
} as const;

const AGENT = {
  running: 'running',
  waiting: 'not running yet, or waiting to be started again (see agentapi-start.log)',
  stopped: 'not running',
} as const;

/** A status for a person to read. */
export function formatStatus(status: Status): string {
  const rows: readonly (readonly [string, string])[] = [
    ['key', status.key],
    ['thread', status.thread ?? 'none yet'],
    ...(status.persistence === false
      ? ([['', 'persistence is off: the agent is in another one']] as const)
      : []),
    ...(status.origin === null ? [] : ([['origin', ORIGINS[status.origin]]] as const)),
    ...(status.since === null ? [] : ([['since', status.since]] as const)),
    ...(status.lastStart === null
      ? []
      : ([['last start', `${status.lastStart} (start ${status.starts})`]] as const)),
    ...(status.workdir === null ? [] : ([['folder', status.workdir]] as const)),
    ['agent', AGENT[status.agent]],
  ];
  return rows.map(([name, value]) => `${(name === '' ? '' : `${name}:`).padEnd(12)}${value}\n`).join('');
}
