import { setTimeout as pause } from 'node:timers/promises';
import { Deadline } from './deadline.ts';

/** How often another process is looked at, in milliseconds; there is no event for what it does. */
const LOOK_AGAIN_MS = 200;

/**
 * Waits until something is so.
 * @param milliseconds after which it gives up.
 * @returns whether it came to be so.
 */
export async function waitFor(
  isSo: () => boolean | Promise<boolean>,
  milliseconds: number,
): Promise<boolean> {
  const deadline = new Deadline(milliseconds);
  while (!(await isSo())) {
    if (deadline.passed) return false;
    await pause(LOOK_AGAIN_MS);
  }
  return true;
}
