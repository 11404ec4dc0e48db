import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPidFile, removePidFile } from '../agentapi/pid-file.ts';
import type { StartConfig } from '../environment.ts';
import { readRunner, runnerIs, runsElsewhere, writeRunner } from '../runner.ts';
import { takeLock } from '../store/lock.ts';
import type { SessionPaths } from '../store/paths.ts';
import { Deadline } from '../system/deadline.ts';
import { makePrivateFolder } from '../system/files.ts';
import { say } from '../system/report.ts';

/** The lock is held for a few file operations only; whoever keeps it longer is stuck. */
const CLAIM_LOCK_MS = 3_000;

/** The mark that the workspace's stop script leaves (scripts/stop.sh). */
export function stopMark(moduleFolder: string): string {
  return join(moduleFolder, 'stopping');
}

/** Whether this start script may run the key's agent, and whether it has done so before. */
export type Claim =
  | { readonly kind: 'claimed'; readonly again: boolean }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Makes sure that this start script is the only one that runs the key's agent, and clears a pid file that would keep
 * AgentAPI from starting.
 */
export async function claimKey(config: StartConfig, paths: SessionPaths): Promise<Claim> {
  if (existsSync(stopMark(config.moduleFolder))) return refused('the workspace is being stopped');
  makePrivateFolder(paths.folder);
  const release = await takeLock(paths.folder, new Deadline(CLAIM_LOCK_MS));
  if (release === null) {
    // AgentAPI's own pid file and port still keep a second one out.
    say(`Another process keeps ${paths.folder} locked; the agent is started without waiting for it.`);
    const running = clearPidFile(config.agentApiPidFile);
    return running === null ? { kind: 'claimed', again: false } : refused(running);
  }
  try {
    const runner = readRunner(paths.runner);
    if (runsElsewhere(runner, config.runnerPid)) {
      return refused(`the agent of '${config.key}' is already being run by process ${runner?.pid}`);
    }
    const running = clearPidFile(config.agentApiPidFile);
    if (running !== null) return refused(running);
    const before = runnerIs(runner, config.runnerPid) ? runner : null;
    writeRunner(paths.runner, config.runnerPid, before?.quickFailures ?? 0);
    return { kind: 'claimed', again: before !== null };
  } finally {
    release();
  }
}

const refused = (why: string): Claim => ({ kind: 'refused', why });

/** @returns why AgentAPI can't be started, or null. */
function clearPidFile(path: string | null): string | null {
  if (path === null) return null;
  const pidFile = readPidFile(path);
  if (pidFile.kind === 'running') return `AgentAPI is already running as process ${pidFile.pid}`;
  if (pidFile.kind === 'stale') {
    say(`Removed ${path}: its process ${pidFile.pid} is no AgentAPI server any more.`);
    removePidFile(path);
  }
  return null;
}
