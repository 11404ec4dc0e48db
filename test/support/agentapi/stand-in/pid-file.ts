import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { log } from './log.ts';
import { Refusal } from './refusal.ts';

/**
 * Claims the pid file. Source: writePIDFile in cmd/server/server.go of coder/agentapi v0.12.1.
 * @throws Refusal while any process at all has the recorded ID.
 */
export function writePidFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const recorded = recordedPid(path);
  if (recorded !== null && isAlive(recorded)) {
    const reason = `another instance is already running with PID ${recorded} (PID file: ${path})`;
    throw new Refusal('failed to write PID file', reason);
  }
  if (recorded !== null)
    log('WARN', 'Found stale PID file, will overwrite', { pidFile: path, stalePID: recorded });
  writeFileSync(path, `${process.pid}\n`, { mode: 0o600 });
}

/** Removes the pid file, unless another process has claimed it since. */
export function removePidFile(path: string): void {
  if (recordedPid(path) === process.pid) rmSync(path, { force: true });
}

function recordedPid(path: string): number | null {
  try {
    const pid = /^\s*(-?\d+)\s*$/.exec(readFileSync(path, 'utf8'))?.[1];
    return pid === undefined ? null : Number(pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  // 0 and below mean process groups to kill(2); Go's os.Process refuses them.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
