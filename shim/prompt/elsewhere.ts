import { exportThread } from '../amp/calls.ts';
import { openedSince } from '../amp/opened.ts';
import { outcomeOf } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { userMessagesIn } from '../amp/user-messages.ts';
import { ownerOf } from '../store/keys.ts';
import { threadIn, threadsOf } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { PromptSearch } from './choose.ts';
import type { PromptEvidence } from './decide.ts';
import { isPrompt } from './evidence.ts';

/**
 * How long the messages of a thread may take to arrive, in milliseconds, with others still to be asked for.
 */
const EXPORT_MS = 3_000;
/** Threads that were opened since the launch and are asked about: a start has no time for more. */
const MOST_ASKED = 3;

/** A prompt that the thread of a start does not have. */
export type Missing = { readonly sha256: string; readonly prompt: string; readonly thread: ThreadId };

/**
 * Looks for a prompt in the threads that its launch may have taken it to, before it is sent again: where a
 * message that is typed while the thread is still opening goes to a new one, nobody has seen that one be the
 * agent's.
 * @returns `delivered` where one has it, and it is recorded there; `unclear` where one could not be asked.
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
  const opened = openedSince(search.folders, Date.parse(handed ?? launched.at)).slice(0, MOST_ASKED);
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
