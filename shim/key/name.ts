import type { ThreadId } from '../amp/thread-id.ts';
import { parseThreadId } from '../amp/thread-id.ts';
import { threadsOf } from '../store/session.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import type { Key } from './key.ts';
import { matchThread } from './reference.ts';

/** Long enough for a title, short enough for a table. */
const LONGEST_NAME = 80;

/**
 * Validates a thread's name: it must be unique within its key and can't look like an ID.
 * @param thread that will get the name; null for a new one.
 * @throws Refusal when the name is invalid.
 */
export function checkName(key: Pick<Key, 'readAll'>, name: string, thread: ThreadId | null): void {
  if (name.trim() !== name || name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
    throw new Refusal(
      EXIT.usage,
      `A name must have 1 to ${LONGEST_NAME} characters, no line breaks, and no leading or trailing spaces. Nothing was changed.`,
    );
  }
  if (parseThreadId(name) !== null || /^T-/i.test(name)) {
    throw new Refusal(EXIT.usage, `'${name}' could be mistaken for a thread ID. Nothing was changed.`);
  }
  const match = matchThread(threadsOf(key.readAll()), name);
  const owner = match.kind === 'one' && match.record.name === name ? match.record.thread : null;
  if (owner !== null && owner !== thread) {
    throw new Refusal(EXIT.usage, `${owner} is already called '${name}'. Nothing was changed.`);
  }
}
