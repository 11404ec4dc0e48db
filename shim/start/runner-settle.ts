import { existsSync } from 'node:fs';
import { stopMark } from '../agent/claim.ts';
import { isTooOldForRunner, readRunnerReport } from '../amp/runner-events.ts';
import type { RunnerConfig } from '../environment/runner.ts';
import { pauseAfter } from '../runner/decide.ts';
import { recordServing } from '../runner/record.ts';
import { readSupervisor, reportsOf, UNTRIED, writeSupervisor } from '../runner/supervisor.ts';
import { type SessionPaths, sessionPaths } from '../store/paths.ts';
import { Store } from '../store/store.ts';
import { withoutSecrets } from '../system/call.ts';
import { Deadline } from '../system/deadline.ts';
import { tryToReadText } from '../system/files.ts';
import { reasonOf, say } from '../system/report.ts';
import { pauseUnless } from './stop-mark.ts';

/** If the record stays locked longer than this, the next start of the runner records it. */
const STORE_LOCK_MS = 2_000;
/** How much of what Amp has printed goes into the log, in characters from the end. */
const MOST_PRINTED = 4_000;

/**
 * Waits until Amp's runner is to be started again.
 * @param status its exit status.
 * @returns false when the workspace stops.
 */
export async function settleRunner(config: RunnerConfig, status: number): Promise<boolean> {
  const paths = sessionPaths(config.stateFolder, config.key);
  const { registered, failure } = readRunnerReport(reportsOf(paths, config.persistence));
  const reading = tryToReadText(paths.ampRunnerPrinted);
  const clean = (text: string) => withoutSecrets(text, config.secrets);
  const printed = clean(reading.kind === 'text' ? reading.text : '').trim();
  if (config.persistence) await record(config, paths);
  if (existsSync(stopMark(config.agentApiFolder))) return false;
  const before = readSupervisor(paths) ?? UNTRIED;
  if (before.again === true) {
    say(
      "Amp's runner has dropped the key's own thread. It is started again, and Amp is asked about the thread first.",
    );
    return true;
  }
  const quickFailures = registered ? 0 : before.quickFailures + 1;
  const why = whyEnded(printed, failure === null ? null : clean(failure.message), status);
  // One line for each change, not for each try.
  if (before.troubles.end !== why || registered) {
    if (printed !== '') say(`Amp's runner printed:\n${printed.slice(-MOST_PRINTED)}`);
    say(`${why} It is started again until it runs.`);
  }
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
  await pauseUnless([mark], pauseAfter(quickFailures) * 1_000);
  return !existsSync(mark);
}

function whyEnded(printed: string, message: string | null, status: number): string {
  if (isTooOldForRunner(printed))
    return 'This Amp is too old for enable_runner, which needs one of 2026-09-21 or later: leave amp_version out, or set a later one.';
  const last = printed.split('\n').at(-1) ?? '';
  const reason = message ?? (last === '' ? null : last);
  const end = reason === null ? ` with status ${status}` : `: ${reason}`;
  return `The runner ended${end.replace(/[.]?$/, '.')}`;
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
