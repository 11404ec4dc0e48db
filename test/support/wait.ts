import { setTimeout as pause } from 'node:timers/promises';
import { HANG_MS } from './limits.ts';

const POLL_MS = 50;

/**
 * Polls something outside this process until a condition holds.
 * @param what is waited for, for the error.
 * @returns what was seen then.
 * @throws after two minutes, with what was seen last.
 */
export async function waitUntil<Seen>(
  what: string,
  look: () => Promise<{ done: boolean; seen: Seen }>,
): Promise<Seen> {
  const end = performance.now() + HANG_MS;
  for (;;) {
    const { done, seen } = await look();
    if (done) return seen;
    if (performance.now() > end)
      throw new Error(`Not seen in ${what}, which was: ${JSON.stringify(seen).slice(0, 3_000)}`);
    await pause(POLL_MS);
  }
}
