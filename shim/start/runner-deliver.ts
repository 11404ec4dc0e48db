import { type AmpContext, exportThread, sendToRunner } from '../amp/calls.ts';
import { whyNot } from '../amp/outcome.ts';
import { readRunnerReport } from '../amp/runner-events.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { hasGivenToRunner } from '../amp/turn.ts';
import type { RunnerConfig } from '../environment/runner.ts';
import type { PromptEvidence } from '../prompt/decide.ts';
import { promptEvidenceInExport } from '../prompt/evidence.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { isSupervising, readSupervisor } from '../runner/supervisor.ts';
import { sessionPaths } from '../store/paths.ts';
import { readSession } from '../store/read.ts';
import { threadIn } from '../store/session.ts';
import { Store } from '../store/store.ts';
import { Deadline } from '../system/deadline.ts';
import { say } from '../system/report.ts';
import { waitFor } from '../system/wait.ts';

const SEND_MS = 60_000;
const EXPORT_MS = 30_000;
const STORE_LOCK_MS = 10_000;
/** Between two tries, while Amp's servers can't be reached. */
const AGAIN_MS = 10_000;

/**
 * Gives a launch's prompt to the key's thread once the runner runs it, and records that it did. If the runner is
 * registered and doesn't run it, the thread is asleep, and the prompt wakes it.
 *
 * Ends without having given anything when the runner is gone; the next start then looks into the thread.
 * @param prompt as the launch recorded it; it is not recorded again.
 */
export async function deliverToRunner(config: RunnerConfig, prompt: string): Promise<void> {
  const paths = sessionPaths(config.stateFolder, config.key);
  const thread = readSession(paths).session.launched?.thread ?? null;
  if (thread === null) return;
  const supervisor = readSupervisor(paths);
  let ends = false;
  // The runner has ended. What is under way is waited for: its outcome is what the next one goes by.
  process.once('SIGTERM', () => {
    ends = true;
  });
  const isOver = () => ends || !isSupervising(supervisor);
  const isThere = () => {
    const { started, registered } = readRunnerReport(paths.ampRunnerEvents);
    return started.has(thread) || registered;
  };
  await waitFor(() => isOver() || isThere(), Number.POSITIVE_INFINITY);

  const { workdir, name } = config;
  const amp: AmpContext = { workdir, options: config.ampOptions, secrets: config.secrets };
  while (!isOver()) {
    const run = await sendToRunner(amp, name, thread, prompt, SEND_MS);
    const isGiven = hasGivenToRunner(run, thread);
    if (!isGiven && isOver()) return;
    const found = isGiven ? 'delivered' : await evidenceOf(config, amp, thread, prompt);
    if (found === 'delivered') return note(config, thread, prompt);
    const why = whyNot(run, thread);
    if (found !== 'missing')
      return say(
        `It is unclear whether the prompt reached ${thread} (${why}). The next start looks into it.`,
      );
    say(`The prompt could not be given to ${thread} yet (${why}).`);
    await waitFor(isOver, AGAIN_MS);
  }
}

async function evidenceOf(
  config: RunnerConfig,
  amp: AmpContext,
  thread: ThreadId,
  prompt: string,
): Promise<PromptEvidence> {
  const { session } = readSession(sessionPaths(config.stateFolder, config.key));
  const known = new Set((threadIn(session, thread)?.prompts ?? []).map(({ sha256 }) => sha256));
  return promptEvidenceInExport(
    await exportThread(amp, thread, EXPORT_MS),
    promptSha256(prompt),
    known,
    prompt,
  );
}

async function note(config: RunnerConfig, thread: ThreadId, prompt: string): Promise<void> {
  const store = await Store.open(sessionPaths(config.stateFolder, config.key), new Deadline(STORE_LOCK_MS));
  if (store === null) return;
  try {
    const evidence = "Amp's servers took it for the runner";
    store.record({ event: 'prompt-delivered', thread, sha256: promptSha256(prompt), evidence });
  } finally {
    store.close();
  }
}
