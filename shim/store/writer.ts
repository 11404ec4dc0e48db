import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ThreadId } from '../amp/thread-id.ts';
import { Deadline } from '../system/deadline.ts';
import { waitFor } from '../system/wait.ts';
import { takeTurn } from './fair-lock.ts';
import type { HeldLock } from './held-lock.ts';
import { isLocked } from './lock.ts';
import type { SessionPaths } from './paths.ts';

/**
 * Claims the writer role for a thread: it has one writer in the whole home, whichever key asks.
 * @param milliseconds how long to wait for the current writer; 0 to fail at once.
 * @returns the role, which is to be released, or null when the thread is busy.
 */
export async function becomeWriter(
  paths: SessionPaths,
  thread: ThreadId,
  milliseconds: number,
): Promise<HeldLock | null> {
  const deadline = new Deadline(milliseconds);
  const turn = await takeTurn(join(paths.writers, thread), deadline);
  if (turn === null) return null;
  const older = join(paths.olderWriters, thread);
  const isFree = () => !existsSync(older) || !isLocked(older);
  if (isFree() || (milliseconds > 0 && (await waitFor(isFree, deadline.allow(milliseconds))))) return turn;
  turn.release();
  return null;
}

/** Records the process that really writes, since it may outlive a killed command. */
export function writesNow(writer: HeldLock | null, pid: number): void {
  try {
    writer?.passTo(pid);
  } catch {
    // The volume is full: the role still holds as long as this process lives. Or the role was lost, and that
    // process was told to end.
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
  const folders = [paths.writers, paths.olderWriters].map((folder) => join(folder, thread));
  if (!folders.some((folder) => existsSync(folder))) return true;
  const writer = await becomeWriter(paths, thread, milliseconds);
  writer?.release();
  return writer !== null;
}

/** Queues for the next turn of a key: sends to one key run in FIFO order. */
export async function queueOf(paths: SessionPaths): Promise<HeldLock> {
  const turn = await takeTurn(paths.queue, new Deadline(Number.POSITIVE_INFINITY));
  if (turn === null) throw new Error('a queue without a deadline ended');
  return turn;
}
