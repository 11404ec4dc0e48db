import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Deadline } from '../system/deadline.ts';
import { hasCode, replaceFile } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { identifyProcess, lookAt } from '../system/processes.ts';
import { whole } from '../system/shapes.ts';
import { isFresh, keepRenewing } from './lease.ts';

/** Files `lock.1`, `lock.2`, …: the highest number is the lock, and its owner is written in it. */
const LOCK = /^lock\.(\d+)$/;
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
 * @returns the function that releases it, or null if a live process held it until the deadline.
 */
export async function takeLock(folder: string, deadline: Deadline): Promise<(() => void) | null> {
  for (;;) {
    const highest = highestLock(folder);
    if (highest === 0 || !isHeld(join(folder, `lock.${highest}`))) {
      const mine = highest + 1;
      if (claim(folder, mine)) return heldUntilReleased(folder, mine);
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
  return highest > 0 && isHeld(join(folder, `lock.${highest}`));
}

function heldUntilReleased(folder: string, number: number): () => void {
  const stopRenewing = keepRenewing(join(folder, `lock.${number}`));
  return () => {
    stopRenewing();
    release(folder, number);
  };
}

/**
 * Passes a lock that this process holds to one that it has started: if we are killed, the lock stays held
 * until that process ends. It is still released by whoever took it.
 */
export function passLock(folder: string, pid: number): void {
  const owner = identifyProcess(pid);
  if (owner !== null) replaceFile(join(folder, `lock.${highestLock(folder)}`), JSON.stringify(owner));
}

function claim(folder: string, number: number): boolean {
  const path = join(folder, `lock.${number}`);
  if (!create(path, JSON.stringify(identifyProcess(process.pid)))) return false;
  if (highestLock(folder) !== number) {
    // We looked too long ago: the numbers had moved on, and this one had been tidied away.
    rmSync(path, { force: true });
    return false;
  }
  for (const older of lockNumbers(folder)) {
    if (older < number) tidy(join(folder, `lock.${older}`));
  }
  return true;
}

function tidy(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Not a file. A lower number is no longer a lock, so it may stay.
  }
}

function release(folder: string, number: number): void {
  try {
    // Nobody else creates the next number while the owner of this one lives.
    create(join(folder, `lock.${number + 1}`), JSON.stringify({ released: true }));
  } catch {
    // No room for the marker. Without it the number goes down, which is safe except with a process that
    // looked long ago; keeping the lock until we exit would block this very start.
  }
  rmSync(join(folder, `lock.${number}`), { force: true });
}

/** Creates a file; returns false if it already exists. */
function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
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

function lockNumbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const number = LOCK.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function highestLock(folder: string): number {
  return Math.max(0, ...lockNumbers(folder));
}
