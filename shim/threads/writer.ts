import { join } from 'node:path';
import type { ThreadId } from '../amp/thread-id.ts';
import type { SessionPaths } from '../store/paths.ts';
import { takeTurn } from '../store/turns.ts';
import { Deadline } from '../system/deadline.ts';

/**
 * Becomes the one that writes in a thread, as far as this command knows of others.
 * @param milliseconds how long to wait for whoever is at it; 0 to give up at once.
 * @returns the function that ends it, or null.
 */
export function becomeWriter(
  paths: SessionPaths,
  thread: ThreadId,
  milliseconds: number,
): Promise<(() => void) | null> {
  return takeTurn(join(paths.writers, thread), new Deadline(milliseconds));
}

/** Waits in line for the next turn of a key: sends to one key come one after the other, in the order they were given. */
export async function queueOf(paths: SessionPaths): Promise<() => void> {
  const release = await takeTurn(join(paths.writers, 'queue'), new Deadline(Number.POSITIVE_INFINITY));
  if (release === null) throw new Error('a queue without a deadline ended');
  return release;
}
