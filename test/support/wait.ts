import { setTimeout as pause } from 'node:timers/promises';
import { HANG_MS } from './limits.ts';

const POLL_MS = 50;

/**
 * Looks again and again at something outside of this process until it is as wanted.
 * @param what names it in the error.
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
