import { type AgentApiState, messagesOfUser } from '../agentapi/state-file.ts';
import type { ThreadId } from '../amp/thread-id.ts';

/**
 * AgentAPI's state file changes owner: `from`'s chat is put aside and `to`'s is brought back, if there is
 * one. The move is recorded before the first rename, and which files exist tells which renames were done, so
 * the next start can finish a move that a crash interrupted. No chat is lost.
 */
export type ChatMove = {
  /**
   * Name under which the current chat is put aside: its thread's ID, or a made-up one if its owner is
   * unknown.
   */
  readonly from: string;
  readonly to: ThreadId | null;
  /** Whether there was a state file to put aside. */
  readonly aside: boolean;
  /** Whether there was a chat of `to` to bring back. */
  readonly back: boolean;
};

/** Which files exist: AgentAPI's state file, and the chats that were put aside, by name. */
export type ChatFiles = { readonly state: boolean; readonly aside: (name: string) => boolean };

/** The next rename of a move. */
export type ChatStep = { readonly do: 'put aside' | 'bring back' | 'done' };

/**
 * Decides whether the chat must change hands.
 * @param owner the thread whose chat is in the state file now, null if unknown.
 * @param thread the thread of this start, null if the agent opens its own.
 * @param unowned name for a chat whose owner is unknown.
 * @returns null if nothing has to move.
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

/** The next step of a move, decided only by which files exist. */
export function nextChatStep(move: ChatMove, files: ChatFiles): ChatStep {
  if (move.aside && files.state && !files.aside(move.from)) return { do: 'put aside' };
  if (move.back && move.to !== null && files.aside(move.to)) return { do: 'bring back' };
  return { do: 'done' };
}

/**
 * Whether a chat still has every user message that it had before, in order. The agent's messages don't count,
 * because AgentAPI keeps changing the last one, but for a chat in which the user has said nothing: its first
 * message shows the prompt that Amp got on standard input, with the answer, and is all there is.
 * @param before the chat as it was saved earlier.
 * @param now the current chat, null if there is none.
 */
export function keepsMessagesOf(before: AgentApiState, now: AgentApiState | null): boolean {
  const isSilent = messagesOfUser(before).length === 0;
  const had = isSilent ? before.messages.slice(0, 1) : messagesOfUser(before);
  const kept = isSilent ? (now?.messages ?? []) : messagesOfUser(now);
  return had.every(({ message }, index) => kept[index]?.message === message);
}

/** How long before its thread is recorded a message may have been typed, on a slow network. */
const TYPED_BEFORE_MS = 60_000;

/**
 * The part of a chat that is certainly older than the agent's move to another thread: the thread that it left
 * keeps this part.
 * @param moved when the move was recorded.
 * @returns null when the user had said nothing by then.
 */
export function chatBefore(state: AgentApiState, moved: string): AgentApiState | null {
  const before = Date.parse(moved) - TYPED_BEFORE_MS;
  const times = state.messages.map(({ time }) => Date.parse(time ?? ''));
  // Where the clock was set back, nothing is certain from there on.
  const at = times.findIndex((time, index) => !(time < before) || time < (times[index - 1] ?? time));
  const messages = at < 0 ? state.messages : state.messages.slice(0, at);
  return messages.some(({ role }) => role === 'user') ? { ...state, messages } : null;
}
