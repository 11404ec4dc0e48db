import type { ThreadRecord } from '../store/thread-record.ts';

/**
 * The threads that a clean-up may drop, the oldest first.
 * @param threads of a key, the one used last first.
 * @param before threads used after this are kept.
 * @param keep how many of the last ones are kept in any case.
 */
export function staleThreads(threads: readonly ThreadRecord[], before: Date, keep: number): ThreadRecord[] {
  return threads
    .slice(keep)
    .filter(({ lastUsed }) => Date.parse(lastUsed) < before.getTime())
    .reverse();
}
