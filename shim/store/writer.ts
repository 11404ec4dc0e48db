import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ThreadId } from '../amp/thread-id.ts';
import { Deadline } from '../system/deadline.ts';
import { takeTurn } from './fair-lock.ts';
import { passLock } from './lock.ts';
import type { SessionPaths } from './paths.ts';

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

/** Tells who really writes, once that program runs: it may outlive a command that is killed. */
export function writesNow(paths: SessionPaths, thread: ThreadId, pid: number): void {
  try {
    passLock(join(paths.writers, thread), pid);
  } catch {
    // No room on the volume: the turn is still ours, for as long as we live.
  }
}

/**
 * Waits, for a start that can't wait for long, until nobody writes in a thread.
 * @param milliseconds after which the start goes on.
 * @returns whether nobody does.
 */
export async function waitForWriter(
  paths: SessionPaths,
  thread: ThreadId,
  milliseconds: number,
): Promise<boolean> {
  // Few threads were ever written in by a command: only those have a folder.
  if (!existsSync(join(paths.writers, thread))) return true;
  const release = await becomeWriter(paths, thread, milliseconds);
  release?.();
  return release !== null;
}

/** Waits in line for the next turn of a key: sends to one key come one after the other, in the order they were given. */
export async function queueOf(paths: SessionPaths): Promise<() => void> {
  const release = await takeTurn(join(paths.writers, 'queue'), new Deadline(Number.POSITIVE_INFINITY));
  if (release === null) throw new Error('a queue without a deadline ended');
  return release;
}
