import type { ThreadId } from '../amp/thread-id.ts';
import { parseThreadId } from '../amp/thread-id.ts';
import { threadsOf } from '../store/session.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import type { Key } from './key.ts';
import { matchThread } from './reference.ts';

/** Long enough for a title, short enough for a table. */
const LONGEST_NAME = 80;

/**
 * Looks whether a thread may be called so: a name means one thread of its key, and is never taken for an ID.
 * @param thread that is to have it; null for a new one.
 * @throws Refusal when it may not.
 */
export function checkName(key: Key, name: string, thread: ThreadId | null): void {
  if (name.trim() !== name || name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
    throw new Refusal(
      EXIT.usage,
      `A name has 1 to ${LONGEST_NAME} characters, no line break, and no blank at its ends. Nothing was changed.`,
    );
  }
  if (parseThreadId(name) !== null || /^T-/i.test(name)) {
    throw new Refusal(EXIT.usage, `'${name}' could be taken for a thread's ID. Nothing was changed.`);
  }
  const match = matchThread(threadsOf(key.readAll()), name);
  const owner = match.kind === 'one' && match.record.name === name ? match.record.thread : null;
  if (owner !== null && owner !== thread) {
    throw new Refusal(EXIT.usage, `${owner} is called '${name}' already. Nothing was changed.`);
  }
}
