import type { ThreadId } from '../../shim/amp/thread-id.ts';
import type { ThreadRecord } from '../../shim/store/thread-record.ts';

/** A thread's ID that begins with these hexadecimal digits, at most eight. */
export const threadIdFrom = (start: string) =>
  `T-${start.padEnd(8, '0')}-0000-4000-8000-000000000000` as ThreadId;

/** Three threads, the first of which is the one that the `amp` of start.ts hands out. */
export const [A, B, C] = [
  threadIdFrom('aaaaaaaa'),
  threadIdFrom('bbbbbbbb'),
  threadIdFrom('cccccccc'),
] as const;

/** What is recorded of a thread that was made and never used. @param change what differs. */
export const threadRecord = (thread: ThreadId, change: Partial<ThreadRecord> = {}): ThreadRecord => ({
  thread,
  origin: 'new',
  parent: null,
  name: null,
  title: null,
  workdir: '/w',
  created: '2026-11-01T00:00:00Z',
  since: null,
  starts: 0,
  lastStart: null,
  sends: 0,
  lastUsed: '2026-11-01T00:00:00Z',
  prompts: [],
  chosen: null,
  ended: null,
  ...change,
});
