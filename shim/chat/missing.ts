import type { ThreadId } from '../amp/thread-id.ts';
import { say } from '../system/report.ts';

/**
 * How many of a person's messages in a thread its chat doesn't show: those that came while AgentAPI wasn't running, from
 * Amp's site or a program, and come after one that it shows. What Amp drew on its screen counts as shown, so only
 * letters and digits are compared.
 * @param thread the texts of the user's messages, in order.
 * @param chat the texts of the chat, whoever said them.
 */
export function missingFromChat(thread: readonly string[], chat: readonly string[]): number {
  const shown = chat.map(lettersOf).join('\n');
  // A text without letters, such as a result of a tool, would be in any chat.
  const said = thread.map(lettersOf).filter((letters) => letters !== '');
  const isShown = said.map((letters) => shown.includes(letters));
  const first = isShown.indexOf(true);
  return first < 0 ? 0 : isShown.slice(first).filter((is) => !is).length;
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Says so in the log of a start, where something is missing. */
export function reportMissing(thread: ThreadId, said: readonly string[], chat: readonly string[]): void {
  const count = missingFromChat(said, chat);
  if (count === 0) return;
  const messages = count === 1 ? 'a message' : `${count} messages`;
  say(
    `While the agent wasn't running, ${thread} got ${messages} that the chat lacks. The next answer there may repeat the conversation.`,
  );
}
