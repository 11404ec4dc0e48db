import { setTimeout as pause } from 'node:timers/promises';
import type { AmpContext } from '../amp/calls.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { StartConfig } from '../environment/start.ts';
import { ASKING_MS, AskedThreads } from '../prompt/asked.ts';
import { type Finding, findPrompt, recordFound, type Sought, sought } from '../prompt/find.ts';
import type { SessionPaths } from '../store/paths.ts';
import { readSession } from '../store/read.ts';
import { type Session, threadIn } from '../store/session.ts';
import { Store } from '../store/store.ts';
import { Deadline } from '../system/deadline.ts';
import { say } from '../system/report.ts';
import { explained } from '../system/wait.ts';

/** After which the next start asks again: nothing of ours stays beside an agent for long. */
const LONGEST_ASKING_MS = 600_000;
/** Between two attempts, while Amp can't be reached. */
const ASK_AGAIN_MS = 5_000;
const STORE_LOCK_MS = 10_000;

/** What `deliver` does with a prompt: only what the launch or `askOn` has recorded as handed over is typed. */
export type Delivery =
  | { readonly do: 'type' | 'nothing' }
  /** It may have reached this thread at an earlier start, which this start had no time to find out. */
  | { readonly do: 'ask on'; readonly thread: ThreadId };

/** Decides that. */
export function decideDelivery(session: Session, prompt: string): Delivery {
  const { launched } = session;
  const thread = launched?.thread ?? null;
  if (launched === null || thread === null) return { do: 'nothing' };
  const { sha256 } = sought(prompt, thread);
  const record = threadIn(session, thread)?.prompts.find((each) => each.sha256 === sha256);
  if (record?.state !== 'handed') return { do: 'nothing' };
  return record.handed === launched.at ? { do: 'type' } : { do: 'ask on', thread };
}

/**
 * Asks Amp, for as long as it takes within ten minutes, whether a prompt has reached its thread, and records the
 * answer; a prompt that hasn't is recorded as handed over, and is then to be typed.
 * @param isOver whether the agent has ended.
 * @returns whether to type it.
 */
export async function askOn(
  config: StartConfig,
  paths: SessionPaths,
  prompt: string,
  thread: ThreadId,
  isOver: () => boolean,
): Promise<boolean> {
  const what = sought(prompt, thread);
  const finding = await explained(
    'The prompt waits until Amp says whether it has reached its thread before.',
    () => answerOf(config, paths, what, isOver),
  );
  if (finding === null) return false;
  if (finding.evidence === 'delivered') say(`The prompt has reached ${finding.thread} before.`);
  else if (finding.evidence !== 'missing') {
    say('It is unclear whether the prompt reached its thread, so it was not sent again.');
    return false;
  }
  const store = await Store.open(paths, new Deadline(STORE_LOCK_MS));
  if (store === null) return false;
  try {
    // Decided again under the lock: the agent may have been started anew meanwhile, or elsewhere.
    const now = decideDelivery(store.session, prompt);
    if (isOver() || now.do !== 'ask on' || now.thread !== thread) return false;
    if (finding.evidence === 'delivered') {
      recordFound(store, what, finding.thread);
      return false;
    }
    const { sha256 } = what;
    store.record({ event: 'prompt-handed', thread, prompt: { sha256, bytes: Buffer.byteLength(prompt) } });
    return true;
  } finally {
    store.close();
  }
}

async function answerOf(
  config: StartConfig,
  paths: SessionPaths,
  what: Sought,
  isOver: () => boolean,
): Promise<Finding | null> {
  const { folders, agentApiStateFile: stateFile } = config;
  const amp: AmpContext = { workdir: config.workdir, options: config.ampOptions, secrets: config.secrets };
  const end = new Deadline(LONGEST_ASKING_MS);
  for (;;) {
    const { session } = readSession(paths);
    if (isOver() || threadIn(session, what.thread) === null) return null;
    const asked = new AskedThreads(amp, () => end.allow(ASKING_MS.besideAgent));
    const places = { asked, folders, stateFile, unrecorded: false };
    const finding = await findPrompt(session, paths, what, places);
    if (finding.evidence !== 'unanswered' || end.passed) return finding;
    await pause(ASK_AGAIN_MS);
  }
}
