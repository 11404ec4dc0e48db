import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ThreadId } from '../amp/thread-id.ts';
import { Deadline } from '../system/deadline.ts';
import { takeTurn } from './fair-lock.ts';
import { passLock } from './lock.ts';
import type { SessionPaths } from './paths.ts';

/**
 * Claims the writer role for a thread.
 * @param milliseconds how long to wait for the current writer; 0 to fail at once.
 * @returns the function that releases it, or null when the thread is busy.
 */
export function becomeWriter(
  paths: SessionPaths,
  thread: ThreadId,
  milliseconds: number,
): Promise<(() => void) | null> {
  return takeTurn(join(paths.writers, thread), new Deadline(milliseconds));
}

/** Records the process that really writes, since it may outlive a killed command. */
export function writesNow(paths: SessionPaths, thread: ThreadId, pid: number): void {
  try {
    passLock(join(paths.writers, thread), pid);
  } catch {
    // The volume is full: the claim still holds as long as this process lives.
  }
}

/**
 * Waits briefly until nobody is writing to a thread.
 * @param milliseconds before the start proceeds anyway.
 * @returns whether the thread is free.
 */
export async function waitForWriter(
  paths: SessionPaths,
  thread: ThreadId,
  milliseconds: number,
): Promise<boolean> {
  // Few threads have ever been written to by a command: only those have a folder.
  if (!existsSync(join(paths.writers, thread))) return true;
  const release = await becomeWriter(paths, thread, milliseconds);
  release?.();
  return release !== null;
}

/** Queues for the next turn of a key: sends to one key run in FIFO order. */
export async function queueOf(paths: SessionPaths): Promise<() => void> {
  const release = await takeTurn(join(paths.writers, 'queue'), new Deadline(Number.POSITIVE_INFINITY));
  if (release === null) throw new Error('a queue without a deadline ended');
  return release;
}
