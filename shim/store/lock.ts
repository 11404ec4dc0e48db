import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Deadline } from '../system/deadline.ts';
import { hasCode } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { identifyProcess, lookAt } from '../system/processes.ts';
import { whole } from '../system/shapes.ts';
import { HeldLock } from './held-lock.ts';
import { isFresh } from './lease.ts';
import { createLockFile, highestLock, lockFile, lockNumbers, tidyLockFile } from './lock-files.ts';

const Owner = z.object({
  pid: z.optional(whole),
  started: z.optional(z.nullable(z.number())),
  machine: z.optional(z.string()),
});

/** How often a waiting process looks again. There is no event for another process's lock. */
const LOOK_AGAIN_MS = 20;
/**
 * An owner's few bytes are written right after the file is created; a file still empty after this has no
 * owner.
 */
const WRITING_MS = 500;

/**
 * Takes a folder's lock. A lock is ignored at once if its owner has died or if the owner's process number now
 * belongs to another process; a lock held in another container or on another machine, once it is no longer
 * renewed (lease.ts).
 *
 * Taking it means creating the next number, which the file system lets only one process do. The number never
 * goes down (a release leaves a marker instead of a gap), so that a process that looked long ago can't take a
 * lock that has changed hands since.
 * @returns null if a live process held it until the deadline.
 */
export async function takeLock(folder: string, deadline: Deadline): Promise<HeldLock | null> {
  for (;;) {
    const highest = highestLock(folder);
    if (highest === 0 || !isHeld(lockFile(folder, highest))) {
      const mine = highest + 1;
      if (claim(folder, mine)) return new HeldLock(folder, mine);
    } else if (deadline.passed) {
      return null;
    } else {
      await pause(LOOK_AGAIN_MS);
    }
  }
}

/** Whether somebody holds a folder's lock. Nothing is written: it may be on a full volume. */
export function isLocked(folder: string): boolean {
  const highest = highestLock(folder);
  return highest > 0 && isHeld(lockFile(folder, highest));
}

function claim(folder: string, number: number): boolean {
  if (!createLockFile(folder, number, identifyProcess(process.pid))) return false;
  if (highestLock(folder) !== number) {
    // We looked too long ago: the numbers had moved on, and this one had been tidied away.
    rmSync(lockFile(folder, number), { force: true });
    return false;
  }
  for (const older of lockNumbers(folder)) {
    if (older < number) tidyLockFile(folder, older);
  }
  return true;
}

function isHeld(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // Gone: the numbers have moved on, as creating the next one will show. Otherwise its owner can't be read
    // or inspected.
    return !hasCode(error, 'ENOENT') && isFresh(path);
  }
  const owner = Owner.safeParse(parseJson(text));
  // Created and not yet written, or its owner died in between.
  if (!owner.success) return isFresh(path, WRITING_MS);
  const { pid, started = null, machine } = owner.data;
  // A release marker names no process.
  if (pid === undefined) return false;
  const state = lookAt({ pid, started, machine });
  return state === 'elsewhere' ? isFresh(path) : state === 'running';
}
