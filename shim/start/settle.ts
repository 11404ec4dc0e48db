import { existsSync, type FSWatcher, watch } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { stopMark } from '../agent/claim.ts';
import type { StartConfig } from '../environment/start.ts';
import { sessionPaths } from '../store/paths.ts';
import { type Runner, readRunner, writeRunner } from '../store/runner.ts';
import { Store } from '../store/store.ts';
import { Deadline } from '../system/deadline.ts';
import { reasonOf, say } from '../system/report.ts';
import { follow } from '../thread/follow.ts';
import { decideSettle, LONGEST_PAUSE_MS, MOST_QUICK_FAILURES, QUICK_SECONDS } from './decide.ts';

/** Whoever keeps the record longer leaves the move to the next start. */
const STORE_LOCK_MS = 2_000;

/**
 * Decides, after the agent has ended, whether the start script runs it again, and waits as long as it should pause.
 * @param status AgentAPI's exit status, for the log only.
 * @param seconds how long it ran.
 * @returns whether to start it again.
 */
export async function settle(config: StartConfig, status: number, seconds: number): Promise<boolean> {
  const { runner, restartMark } = sessionPaths(config.stateFolder, config.key);
  const mark = stopMark(config.agentApiFolder);
  await followAgent(config);
  const { quickFailures, unrecorded } = readRunner(runner) ?? { quickFailures: 0, unrecorded: false };
  const restart = existsSync(restartMark);
  const decision = decideSettle({ stopping: existsSync(mark), restart, seconds, quickFailures });
  if (decision.do === 'stop') {
    say(
      decision.because === 'workspace stops'
        ? 'The workspace stops; the agent is not started again.'
        : `AgentAPI ended ${MOST_QUICK_FAILURES} times within ${QUICK_SECONDS} s of its start, last with status ${status}. It is left alone now; the recorded thread is kept. Its last output stands above: mend the cause and restart the workspace.`,
    );
    return false;
  }
  const counted = count(runner, config, { quickFailures: decision.quickFailures, unrecorded });
  if (restart) {
    say('The agent is started again, in the thread that was chosen for it.');
    return true;
  }
  const pauseMs = counted ? decision.pauseMs : LONGEST_PAUSE_MS;
  say(`AgentAPI ended with status ${status} after ${seconds} s; it is started again in ${pauseMs / 1000} s.`);
  return !(await stopsWithin(config.agentApiFolder, mark, pauseMs));
}

/** The agent has ended: where it was last is recorded now. A start that comes without this, after a crash, does the same. */
async function followAgent(config: StartConfig): Promise<void> {
  if (!config.persistence) return;
  try {
    const store = await Store.open(sessionPaths(config.stateFolder, config.key), new Deadline(STORE_LOCK_MS));
    if (store === null) return;
    try {
      follow(store, config.home);
    } finally {
      store.close();
    }
  } catch (error) {
    say(`Where the agent was could not be recorded (${reasonOf(error)}); the next start looks again.`);
  }
}

/** @returns false when the failures can't be counted; there is no telling then when to give up, only to go slowly. */
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

/** Waits, and tells whether the workspace's stop was announced meanwhile: its mark may follow the agent's end. */
async function stopsWithin(folder: string, mark: string, milliseconds: number): Promise<boolean> {
  const announced = new AbortController();
  const watcher = tryToWatch(folder, () => existsSync(mark) && announced.abort());
  try {
    await pause(existsSync(mark) ? 0 : milliseconds, undefined, { signal: announced.signal });
  } catch {
    // The pause was cut short by the mark.
  } finally {
    watcher?.close();
  }
  return existsSync(mark);
}

/** Watches can run out, with an editor in the same workspace; the mark is then seen at the end of the pause. */
function tryToWatch(folder: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(folder, onChange).on('error', () => undefined);
  } catch {
    return null;
  }
}
