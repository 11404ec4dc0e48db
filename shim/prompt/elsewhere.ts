import { exportThread } from '../amp/calls.ts';
import { openedSince } from '../amp/opened.ts';
import { outcomeOf } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { userMessagesIn } from '../amp/user-messages.ts';
import { ownerOf } from '../store/keys.ts';
import { launchOf } from '../store/launch.ts';
import { threadIn, threadsOf } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { PromptSearch } from './choose.ts';
import type { PromptEvidence } from './decide.ts';
import { isPrompt } from './evidence.ts';

/** How long fetching one thread's messages may take, in milliseconds; there may be more threads to check. */
const EXPORT_MS = 3_000;
/** How many of the threads opened since the launch are checked: a start has no time for more. */
const MOST_ASKED = 3;

/** A prompt that a start's thread lacks. */
export type Missing = { readonly sha256: string; readonly prompt: string; readonly thread: ThreadId };

/**
 * Looks for a prompt in the other threads that it may have gone to, before it is sent again: a message typed
 * while the thread is still opening goes to a new one, which may not have been recorded as the agent's.
 * @returns `delivered` if one of them has it, which is then recorded; `unclear` if one could not be checked.
 */
export async function lookElsewhere(
  store: Store,
  { sha256, prompt, thread }: Missing,
  search: PromptSearch,
): Promise<PromptEvidence> {
  const { launched } = store.session;
  if (launched === null || search.unrecorded) return 'missing';
  const handed = threadIn(store.session, thread)?.prompts.find((each) => each.sha256 === sha256)?.handed;
  const holders = threadsOf(store.session)
    .filter(({ prompts }) => prompts.some((each) => each.sha256 === sha256 && each.handed === handed))
    .map((record) => record.thread);
  const opened = openedSince(search.folders, launchOf(store.paths, handed ?? launched.at).wrote).slice(
    0,
    MOST_ASKED,
  );
  let evidence: PromptEvidence = 'missing';
  for (const other of new Set([...holders, ...opened])) {
    if (other === thread || ownerOf(store.paths, other) !== null) continue;
    const run = await exportThread(search.amp, other, search.deadline.allow(EXPORT_MS));
    const texts = userMessagesIn(run);
    if (texts === null && outcomeOf(run, other).kind !== 'gone') evidence = 'unclear';
    if (!texts?.some((text) => isPrompt(text, sha256, prompt))) continue;
    if (threadIn(store.session, other) === null) {
      const { workdir } = launched;
      const when = new Date().toISOString();
      const evidence = 'the prompt is in this thread';
      store.record({ event: 'moved', from: thread, to: other, when, workdir, evidence, active: false });
    }
    store.record({
      event: 'prompt-delivered',
      thread: other,
      sha256,
      evidence: "the thread's own messages",
      meant: thread,
    });
    return 'delivered';
  }
  return evidence;
}
