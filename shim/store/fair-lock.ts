import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Deadline } from '../system/deadline.ts';
import { makePrivateFolder } from '../system/files.ts';
import { identifyProcess, isRunning } from '../system/processes.ts';
import { takeLock } from './lock.ts';

/** `wait.<number>.<pid>.<start of that process>`: who waits, in the order of coming. */
const WAITING = /^wait\.(\d+)\.(\d+)\.(\d+)$/;
/** There is no event for another process's turn. */
const LOOK_AGAIN_MS = 20;

/**
 * Takes a folder's lock in the order of asking for it. Who waits and dies is passed over.
 * @returns the function that ends the turn, or null when it did not come before the deadline.
 */
export async function takeTurn(folder: string, deadline: Deadline): Promise<(() => void) | null> {
  makePrivateFolder(folder);
  const { started } = identifyProcess(process.pid) ?? { started: null };
  // Behind everybody who waits now. No clock: Bun's hrtime counts from the start of its process, and others are put back.
  const number = Math.max(0, ...readdirSync(folder).map((name) => Number(WAITING.exec(name)?.[1] ?? 0))) + 1;
  const mine = `wait.${String(number).padStart(12, '0')}.${process.pid}.${started ?? 0}`;
  writeFileSync(join(folder, mine), '', { flag: 'wx', mode: 0o600 });
  try {
    while (firstIn(folder) !== mine) {
      if (deadline.passed) return null;
      await pause(LOOK_AGAIN_MS);
    }
    return await takeLock(folder, deadline);
  } finally {
    rmSync(join(folder, mine), { force: true });
  }
}

function firstIn(folder: string): string | undefined {
  return readdirSync(folder)
    .sort()
    .find((name) => {
      const [, , pid, started] = WAITING.exec(name) ?? [];
      if (pid === undefined) return false;
      const waits = isRunning({ pid: Number(pid), started: started === '0' ? null : Number(started) });
      if (!waits) rmSync(join(folder, name), { force: true });
      return waits;
    });
}
