import type { AgentApiState } from '../agentapi/state-file.ts';
import type { ThreadId } from '../amp/thread-id.ts';

/**
 * A change of owner of AgentAPI's state file: `from`'s chat goes aside (if there is one), `to`'s comes back (if
 * there is one). It is recorded before the first rename, and each rename is recognised afterwards by which
 * files are there, so that a crash between any two steps is finished by the next start and no chat is lost.
 */
export type ChatMove = {
  /** Name that the present chat gets aside: its thread's ID, or a name for a chat that is nobody's. */
  readonly from: string;
  readonly to: ThreadId | null;
  /** Whether there was a state file to put aside. */
  readonly aside: boolean;
  /** Whether there was a chat of `to` to bring back. */
  readonly back: boolean;
};

/** Which files are there: AgentAPI's state file, and the chats put aside by the names in them. */
export type ChatFiles = { readonly state: boolean; readonly aside: (name: string) => boolean };

/** The next rename of a move that has begun. */
export type ChatStep = { readonly do: 'put aside' | 'bring back' | 'done' };

/**
 * Decides whether the chat must change hands.
 * @param owner whose chat the state file is now, null for nobody we know.
 * @param thread the thread of this start, null when the agent opens one itself.
 * @param unowned name for a chat of nobody we know.
 * @returns null when it is in the right hands.
 */
export function decideChat(
  owner: ThreadId | null,
  thread: ThreadId | null,
  files: ChatFiles,
  unowned: string,
): ChatMove | null {
  if (owner === thread && thread !== null) return null;
  const back = thread !== null && files.aside(thread);
  if (owner === thread && !files.state) return null;
  return { from: owner ?? unowned, to: thread, aside: files.state, back };
}

/** The next step of a move, from what is there; the same files always give the same step. */
export function nextChatStep(move: ChatMove, files: ChatFiles): ChatStep {
  if (move.aside && files.state && !files.aside(move.from)) return { do: 'put aside' };
  if (move.back && move.to !== null && files.aside(move.to)) return { do: 'bring back' };
  return { do: 'done' };
}

/**
 * Whether a chat still has every message of the user that it had before, in order. The agent's are left out: AgentAPI goes on changing
 * the last of them.
 * @param before the chat as it was once saved.
 * @param now the chat of today, null when there is none.
 */
export function keepsMessagesOf(before: AgentApiState, now: AgentApiState | null): boolean {
  const users = (state: AgentApiState) => state.messages.filter(({ role }) => role === 'user');
  const kept = now === null ? [] : users(now);
  return users(before).every(({ message }, index) => kept[index]?.message === message);
}

/** A message may have been typed so long before the thread that it opened was noted, with a slow network. */
const TYPED_BEFORE_MS = 60_000;

/**
 * The part of a chat that is older than the agent's move to another thread for sure: the thread it left keeps that.
 * @param moved when the move was noted.
 * @returns null when the user had said nothing by then.
 */
export function chatBefore(state: AgentApiState, moved: string): AgentApiState | null {
  const before = Date.parse(moved) - TYPED_BEFORE_MS;
  const at = state.messages.findIndex(({ time }) => !(Date.parse(time ?? '') < before));
  const messages = at < 0 ? state.messages : state.messages.slice(0, at);
  return messages.some(({ role }) => role === 'user') ? { ...state, messages } : null;
}
