import type { ThreadRecord } from '../store/thread-record.ts';

/**
 * The threads that a clean-up may drop, oldest first.
 * @param threads of a key, most recently used first.
 * @param before threads used after this are kept.
 * @param keep how many of the most recent threads are always kept.
 */
export function staleThreads(threads: readonly ThreadRecord[], before: Date, keep: number): ThreadRecord[] {
  return threads
    .slice(keep)
    .filter(({ lastUsed }) => Date.parse(lastUsed) < before.getTime())
    .reverse();
}
