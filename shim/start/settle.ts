import { existsSync } from 'node:fs';
import { stopMark } from '../agent/claim.ts';
import { removeStalePidFile } from '../agentapi/pid-file.ts';
import type { AmpFolders } from '../amp/folders.ts';
import type { StartConfig } from '../environment/start.ts';
import { type SessionPaths, sessionPaths } from '../store/paths.ts';
import { type Runner, readRunner, writeRunner } from '../store/runner.ts';
import { Store } from '../store/store.ts';
import { Deadline } from '../system/deadline.ts';
import { reasonOf, say } from '../system/report.ts';
import { follow } from '../thread/follow.ts';
import { decideSettle, LONGEST_PAUSE_MS, MOST_QUICK_FAILURES, QUICK_SECONDS } from './decide.ts';
import { pauseUnless } from './stop-mark.ts';

/** If the record stays locked longer than this, the next start records the move. */
const STORE_LOCK_MS = 2_000;

/**
 * Decides whether the start script restarts the agent, and waits out the delay.
 * @param status AgentAPI's exit status, for the log only.
 * @param seconds how long it ran.
 * @returns whether to start it again.
 */
export async function settle(config: StartConfig, status: number, seconds: number): Promise<boolean> {
  const paths = sessionPaths(config.stateFolder, config.key);
  const { runner, restartMark } = paths;
  const mark = stopMark(config.agentApiFolder);
  if (config.agentApiPidFile !== null) removeStalePidFile(config.agentApiPidFile);
  if (config.persistence) await followAgent(paths, config.folders);
  const { quickFailures, unrecorded } = readRunner(runner) ?? { quickFailures: 0, unrecorded: false };
  const restart = existsSync(restartMark);
  const decision = decideSettle({ stopping: existsSync(mark), restart, seconds, quickFailures });
  if (decision.do === 'stop') {
    say(
      decision.because === 'workspace stops'
        ? 'The workspace is stopping; the agent will not be restarted.'
        : `AgentAPI exited ${MOST_QUICK_FAILURES} times within ${QUICK_SECONDS} s of starting, most recently with status ${status}, and will not be restarted. The recorded thread is kept. Its last output is above: fix the cause and restart the workspace. If Amp can't open that thread any more, 'amp-session new' chooses another for it.`,
    );
    return false;
  }
  const counted = count(runner, config, { quickFailures: decision.quickFailures, unrecorded });
  if (restart) {
    say('Restarting the agent in the chosen thread.');
    return true;
  }
  const pauseMs = counted ? decision.pauseMs : LONGEST_PAUSE_MS;
  say(`AgentAPI exited with status ${status} after ${seconds} s; restarting in ${pauseMs / 1000} s.`);
  await pauseUnless([mark, restartMark], pauseMs);
  // The failures were the other thread's.
  if (existsSync(restartMark)) count(runner, config, { quickFailures: 0, unrecorded });
  return !existsSync(mark);
}

/** Records the thread the agent was last in. A start after a crash does the same. */
async function followAgent(paths: SessionPaths, folders: AmpFolders): Promise<void> {
  try {
    const store = await Store.open(paths, new Deadline(STORE_LOCK_MS));
    if (store === null) return;
    try {
      await follow(store, folders);
    } finally {
      store.close();
    }
  } catch (error) {
    say(`The agent's thread could not be recorded (${reasonOf(error)}); the next start will try again.`);
  }
}

/** @returns false when failures can't be counted, so the longest delay must be used. */
function count(
  runner: string,
  config: StartConfig,
  counts: Pick<Runner, 'quickFailures' | 'unrecorded'>,
): boolean {
  try {
    writeRunner(runner, config, counts);
    return true;
  } catch (error) {
    say(`The failure could not be counted (${reasonOf(error)}).`);
    return false;
  }
}
