import { setTimeout as pause } from 'node:timers/promises';
import { Deadline } from './deadline.ts';
import { say } from './report.ts';

/** How often another process is polled, in milliseconds; there is no event to wait for. */
const LOOK_AGAIN_MS = 200;

/** Nobody wonders about a shorter wait, in milliseconds. */
const LONG_MS = 10_000;

/**
 * Says what a wait is for, while it lasts, if it is a long one.
 * @param why a sentence for whoever reads the log or the terminal; or a function that returns it then, or null if nothing
 * is to be said.
 */
export async function explained<T>(why: string | (() => string | null), wait: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    const sentence = typeof why === 'string' ? why : why();
    if (sentence !== null) say(sentence);
  }, LONG_MS);
  try {
    return await wait();
  } finally {
    clearTimeout(timer);
  }
}

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
