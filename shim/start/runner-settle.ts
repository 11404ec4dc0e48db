import { existsSync } from 'node:fs';
import { stopMark } from '../agent/claim.ts';
import { readRunnerReport } from '../amp/runner-events.ts';
import type { RunnerConfig } from '../environment/runner.ts';
import { pauseAfter } from '../runner/decide.ts';
import { recordServing } from '../runner/record.ts';
import { readSupervisor, UNTRIED, writeSupervisor } from '../runner/supervisor.ts';
import { type SessionPaths, sessionPaths } from '../store/paths.ts';
import { Store } from '../store/store.ts';
import { Deadline } from '../system/deadline.ts';
import { reasonOf, say } from '../system/report.ts';
import { stopsWithin } from './stop-mark.ts';

/** If the record stays locked longer than this, the next start of the runner records it. */
const STORE_LOCK_MS = 2_000;

/**
 * Waits until Amp's runner is to be started again.
 * @param status its exit status.
 * @returns false when the workspace stops.
 */
export async function settleRunner(config: RunnerConfig, status: number): Promise<boolean> {
  const paths = sessionPaths(config.stateFolder, config.key);
  const { registered, failure } = readRunnerReport(paths.ampRunnerEvents);
  if (config.persistence) await record(config, paths);
  if (existsSync(stopMark(config.agentApiFolder))) return false;
  const before = readSupervisor(paths) ?? UNTRIED;
  const quickFailures = registered ? 0 : before.quickFailures + 1;
  const reason = failure === null ? ` with status ${status}` : `: ${failure.message}`;
  const why = `The runner ended${reason.replace(/[.]?$/, '.')}`;
  // One line for each change, not for each try.
  if (before.troubles.end !== why || registered) say(`${why} It is started again until it runs.`);
  try {
    writeSupervisor(paths, config, {
      launched: false,
      quickFailures,
      troubles: { ...before.troubles, end: why },
    });
  } catch (error) {
    say(`That could not be noted (${reasonOf(error)}).`);
  }
  const mark = stopMark(config.agentApiFolder);
  return !(await stopsWithin(config.agentApiFolder, mark, pauseAfter(quickFailures) * 1_000));
}

async function record(config: RunnerConfig, paths: SessionPaths): Promise<void> {
  try {
    const store = await Store.open(paths, new Deadline(STORE_LOCK_MS));
    if (store === null) return;
    try {
      await recordServing(store, config);
    } finally {
      store.close();
    }
  } catch (error) {
    say(`The runner's threads could not be recorded (${reasonOf(error)}); its next start will try again.`);
  }
}
