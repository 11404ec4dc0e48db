import { setTimeout as pause } from 'node:timers/promises';
import { Deadline } from './deadline.ts';

/** How often another process is polled, in milliseconds; there is no event to wait for. */
const LOOK_AGAIN_MS = 200;

/**
 * Polls until a condition holds.
 * @param milliseconds before giving up.
 * @returns whether the condition was met.
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
