import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Deadline } from '../system/deadline.ts';
import { hasCode, makePrivateFolder } from '../system/files.ts';
import { lookAt, nameOfThisProcess, processNamed } from '../system/processes.ts';
import type { HeldLock } from './held-lock.ts';
import { isFresh, keepRenewing } from './lease.ts';
import { takeLock } from './lock.ts';

/** `wait.<number>.<process>`: who waits, in order of arrival. */
const WAITING = /^wait\.(\d+)\.(.+)$/;
/** Polling interval; there is no event for another process's turn. */
const LOOK_AGAIN_MS = 20;

/**
 * Takes a folder's lock in FIFO order. Waiters that die are skipped.
 * @returns the turn, which is to be released, or null when it did not come before the deadline.
 */
export async function takeTurn(folder: string, deadline: Deadline): Promise<HeldLock | null> {
  makePrivateFolder(folder);
  // Behind all current waiters. No clock: Bun's hrtime counts from the start of its process, and other clocks
  // get set back.
  const number = Math.max(0, ...readdirSync(folder).map((name) => Number(WAITING.exec(name)?.[1] ?? 0))) + 1;
  const mine = `wait.${String(number).padStart(12, '0')}.${nameOfThisProcess()}`;
  const path = join(folder, mine);
  const write = () => writeFileSync(path, '', { mode: 0o600 });
  write();
  // Written, not touched: if others considered this process dead (it was stopped for a while), its place in
  // the queue is restored.
  const stopRenewing = keepRenewing(path, write);
  try {
    for (;;) {
      try {
        if (firstIn(folder) === mine) return await takeLock(folder, deadline);
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error;
        // The thread that others wrote to was forgotten, and its folder removed.
        makePrivateFolder(folder);
        write();
      }
      if (deadline.passed) return null;
      await pause(LOOK_AGAIN_MS);
    }
  } finally {
    stopRenewing();
    rmSync(path, { force: true });
  }
}

function firstIn(folder: string): string | undefined {
  return readdirSync(folder)
    .sort()
    .find((name) => {
      const waiter = processNamed(WAITING.exec(name)?.[2] ?? '');
      if (waiter === null) return false;
      const state = lookAt(waiter);
      const waits = state === 'elsewhere' ? isFresh(join(folder, name)) : state === 'running';
      if (!waits) rmSync(join(folder, name), { force: true });
      return waits;
    });
}
