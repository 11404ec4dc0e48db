import type { BaseConfig } from '../environment.ts';
import { readRunner } from '../runner.ts';
import { sessionPaths } from '../store/paths.ts';
import type { Session } from '../store/session.ts';
import { readSession } from '../store/store.ts';
import { isRunning } from '../system/processes.ts';

/** What `amp-session status --json` prints. */
export type Status = {
  readonly key: string;
  /** The thread the agent is in, or will be in at the next start; null before the first. */
  readonly thread: string | null;
  /** How this key came to it. */
  readonly origin: 'new' | 'recovered' | 'captured' | null;
  readonly since: string | null;
  readonly starts: number;
  readonly lastStart: string | null;
  /** Whether a start script is running the agent now. */
  readonly running: boolean;
  readonly workdir: string | null;
};

/** Gathers what is known of a key without asking anybody: it works offline and takes no lock. */
export function statusOf(config: BaseConfig): Status {
  const paths = sessionPaths(config.moduleFolder, config.key);
  const { session } = readSession(paths);
  const runner = readRunner(paths.runner);
  return { key: config.key, ...threadOf(session), running: runner !== null && isRunning(runner) };
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

/** A status for a person to read. */
export function formatStatus(status: Status): string {
  const rows: readonly (readonly [string, string])[] = [
    ['key', status.key],
    ['thread', status.thread ?? 'none yet'],
    ...(status.origin === null ? [] : ([['origin', ORIGINS[status.origin]]] as const)),
    ...(status.since === null ? [] : ([['since', status.since]] as const)),
    ...(status.lastStart === null
      ? []
      : ([['last start', `${status.lastStart} (start ${status.starts})`]] as const)),
    ...(status.workdir === null ? [] : ([['folder', status.workdir]] as const)),
    ['agent', status.running ? 'running' : 'not running'],
  ];
  return rows.map(([name, value]) => `${`${name}:`.padEnd(12)}${value}\n`).join('');
}
