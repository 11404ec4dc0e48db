import { existsSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readPidFile, removePidFile } from '../agentapi/pid-file.ts';
import type { StartConfig } from '../environment/start.ts';
import { takeLock } from '../store/lock.ts';
import type { SessionPaths } from '../store/paths.ts';
import { type Runner, readRunner, runsElsewhere, writeRunner } from '../store/runner.ts';
import { Deadline } from '../system/deadline.ts';
import { makePrivateFolder, setAside } from '../system/files.ts';
import { hostOf, relationTo } from '../system/machine.ts';
import { say } from '../system/report.ts';

/** The lock is held for a few file operations only; a process that holds it longer is stuck. */
const CLAIM_LOCK_MS = 3_000;

/** The mark that the workspace's stop script leaves (scripts/stop.sh). */
export function stopMark(agentApiFolder: string): string {
  return join(agentApiFolder, 'stopping');
}

/**
 * Makes sure that this start script is the only one that runs the key's agent, and clears a pid file that
 * would keep AgentAPI from starting.
 * @returns why the agent must not be started, or null.
 */
export async function claimKey(config: StartConfig, paths: SessionPaths): Promise<string | null> {
  if (existsSync(stopMark(config.agentApiFolder))) return 'the workspace is being stopped';
  makePrivateFolder(paths.folder);
  const lock = await takeLock(paths.folder, new Deadline(CLAIM_LOCK_MS));
  if (lock === null) {
    // AgentAPI's own pid file and port still keep a second one out, or tmux or screen where there is one.
    say(`Another process has ${paths.folder} locked; the agent is started without waiting for it.`);
    return clearPidFile(config.agentApiPidFile, readRunner(paths.runner));
  }
  try {
    const runner = readRunner(paths.runner);
    if (runsElsewhere(runner, config.runnerPid)) {
      const there = `the agent of '${config.key}' is already being run by process ${runner?.pid}`;
      return config.port === null
        ? `${there}, in another terminal; close it there first`
        : `${there}; a second instance of the module needs a session_key, an agentapi_port and other_instances`;
    }
    lock.check();
    const running = clearPidFile(config.agentApiPidFile, runner);
    if (running === null) {
      // The change of threads that it announced is what happens now.
      rmSync(paths.restartMark, { force: true });
      writeRunner(paths.runner, config, {
        quickFailures: config.run === 1 ? 0 : (runner?.quickFailures ?? 0),
        unrecorded: !config.persistence || (runner?.unrecorded ?? false),
      });
    }
    return running;
  } finally {
    lock.release();
  }
}

/** @returns why AgentAPI can't be started, or null. */
function clearPidFile(path: string | null, runner: Runner | null): string | null {
  if (path === null) return null;
  const pidFile = readPidFile(path);
  if (pidFile.kind === 'running') return `AgentAPI is already running as process ${pidFile.pid}`;
  // AgentAPI would end at once over what it can't read.
  if (pidFile.kind === 'unreadable') {
    say(`${path} can't be read and was set aside as ${setAside(path, new Date())}.`);
  }
  if (pidFile.kind === 'stale') {
    say(`Removed ${path}: its process ${pidFile.pid} is no longer an AgentAPI server.`);
    warnOfStranger(runner);
    removePidFile(path);
  }
  return null;
}

/**
 * A pid file that is still there and was left by another host is a crash or an agent that still runs. A start
 * can't tell which, and an agent that never comes back after a crash would be worse.
 */
function warnOfStranger(runner: Runner | null): void {
  if (runner?.machine === undefined || relationTo(runner.machine) !== 'elsewhere') return;
  const host = hostOf(runner.machine);
  if (host === hostname()) return;
  say(
    `The agent last ran on '${host}' and did not shut down cleanly there. If it is still running, two agents are writing to one thread: stop one of them.`,
  );
}
