import { describe, expect, it } from 'vitest';
import type { ThreadId } from '../../../shim/amp/thread-id.ts';
import { staleThreads } from '../../../shim/key/stale.ts';
import { threadIdFrom, threadRecord } from '../../support/thread-record.ts';

const [A, B, C] = [threadIdFrom('a'), threadIdFrom('b'), threadIdFrom('c')] as const;

describe('a cleanup', () => {
  const on = (day: number, thread: ThreadId) =>
    threadRecord(thread, { lastUsed: `2026-11-${String(day).padStart(2, '0')}T00:00:00Z` });
  const threads = [on(20, A), on(10, B), on(5, C)];
  const stale = (day: number, keep: number) =>
    staleThreads(threads, new Date(`2026-11-${day}T00:00:00Z`), keep).map(({ thread }) => thread);

  it('takes what has been unused since, oldest first, and keeps the most recent', () => {
    expect(stale(15, 0)).toEqual([C, B]);
    expect(stale(15, 2)).toEqual([C]);
    expect(stale(15, 3)).toEqual([]);
    expect(stale(21, 0)).toEqual([C, B, A]);
  });
});
