import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeTurn } from '../../../shim/store/fair-lock.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { HANG_MS } from '../limits.ts';
import { waitUntil } from '../wait.ts';
import type { CliResult, Running } from './home.ts';

/**
 * Starts sends one by one, each when the previous one is in the queue, so that their order is defined. The
 * test itself holds the lock until all of them are waiting.
 * @param queue the folder of the key's queue.
 * @returns their results, in the order of their starts.
 */
export async function startInOrder(
  queue: string,
  sends: readonly (() => Running)[],
): Promise<readonly CliResult[]> {
  const turn = await takeTurn(queue, new Deadline(HANG_MS));
  if (turn === null) throw new Error(`Somebody has kept the turn of ${queue}.`);
  const ends: Promise<CliResult>[] = [];
  for (const send of sends) {
    const { pid, ended } = send();
    ends.push(ended);
    await isInLine(queue, pid);
  }
  turn.release();
  return Promise.all(ends);
}

/** Waits until a process waits for its turn in a line. */
export async function isInLine(queue: string, pid: number): Promise<void> {
  await waitUntil(`the line ${queue}`, async () => {
    const seen = namesIn(queue);
    return { done: seen.some((name) => name.startsWith('wait.') && name.includes(`.${pid}.`)), seen };
  });
}

/** Waits until a process has the turn of a line. */
export async function hasTurn(queue: string, pid: number): Promise<void> {
  await waitUntil(`the turn of ${queue}`, async () => {
    const seen = namesIn(queue)
      .filter((name) => name.startsWith('lock.'))
      .map((name) => readFileSync(join(queue, name), 'utf8'));
    return { done: seen.some((owner) => owner.includes(`"pid":${pid},`)), seen };
  });
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
