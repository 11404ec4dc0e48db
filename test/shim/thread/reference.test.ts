import { describe, expect, it } from 'vitest';
import { decideWay } from '../../../shim/agent/route.ts';
import type { ThreadId } from '../../../shim/amp/thread-id.ts';
import { promptSha256 } from '../../../shim/prompt/identity.ts';
import { mayLackPrompt, mentionOf, pendingMention } from '../../../shim/prompt/mention.ts';
import type { ThreadRecord } from '../../../shim/store/thread-record.ts';
import { matchThread, shortened } from '../../../shim/thread/reference.ts';
import { staleThreads } from '../../../shim/thread/stale.ts';

const id = (start: string) => `T-${start.padEnd(8, '0')}-0000-4000-8000-000000000000` as ThreadId;
const [A, B, C] = [id('aaaa1'), id('aaaa2'), id('bbbb1')] as const;

const record = (thread: ThreadId, change: Partial<ThreadRecord> = {}): ThreadRecord => ({
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

describe('words for a thread', () => {
  const threads = [record(A, { name: 'login' }), record(B, { name: 'aaaa' }), record(C)];
  const found = (words: string) => {
    const match = matchThread(threads, words);
    return match.kind === 'one' ? match.record.thread : match.kind;
  };

  it.each([
    [A, A],
    [A.toUpperCase(), A],
    [`https://ampcode.com/threads/${C}`, C],
    ['login', A],
    ['T-bbbb', C],
    ['bbb', C],
    ['T-aaaa1', A],
    ['T-aaaa', 'several'],
    // A name comes before the beginning of an ID.
    ['aaaa', B],
    ['bb', 'none'],
    ['T-', 'none'],
    ['', 'none'],
    ['cccc', 'none'],
    [id('cccc'), 'none'],
    ['LOGIN', 'none'],
  ])('%s means %s', (words, thread) => {
    expect(found(words)).toBe(thread);
  });

  it('are short in a sentence for a person', () => {
    expect(shortened(`in place of ${A}: gone`)).toBe('in place of T-aaaa1000: gone');
  });
});

describe('the way into a thread', () => {
  const url = 'http://localhost:1';
  it.each([
    [{ kind: 'stopped' }, 'amp'],
    [{ kind: 'running', pid: 1, url, thread: A, recorded: true }, 'agentapi'],
    [{ kind: 'running', pid: 1, url, thread: B, recorded: true }, 'amp'],
    [{ kind: 'running', pid: 1, url, thread: null, recorded: false }, 'amp'],
    [{ kind: 'waiting', thread: A, recorded: true }, 'waiting'],
    [{ kind: 'waiting', thread: B, recorded: true }, 'amp'],
  ] as const)('with an agent %j is by %s', (live, by) => {
    expect(decideWay(A, live).by).toBe(by);
  });
});

describe("a fork's first prompt", () => {
  const fork = record(B, { origin: 'forked', parent: A });
  const sha256 = promptSha256(mentionOf(A));

  it('mentions its parent as Amp wants it', () => {
    expect(pendingMention(fork)).toContain(`@${A}`);
  });

  it.each([
    ['handed', true],
    ['delivered', false],
    ['waived', false],
  ] as const)('%s is waited for: %s', (state, pending) => {
    const given = { ...fork, prompts: [{ sha256, state }] };
    expect(pendingMention(given) !== null).toBe(pending);
    expect(mayLackPrompt(given)).toBe(pending);
  });

  it('is nothing that other threads have', () => {
    expect(pendingMention(record(A))).toBeNull();
    expect(pendingMention(null)).toBeNull();
  });
});

describe('a clean-up', () => {
  const on = (day: number, thread: ThreadId) =>
    record(thread, { lastUsed: `2026-11-${String(day).padStart(2, '0')}T00:00:00Z` });
  const threads = [on(20, A), on(10, B), on(5, C)];
  const stale = (day: number, keep: number) =>
    staleThreads(threads, new Date(`2026-11-${day}T00:00:00Z`), keep).map(({ thread }) => thread);

  it('takes what was not used since, the oldest first, and keeps the last ones', () => {
    expect(stale(15, 0)).toEqual([C, B]);
    expect(stale(15, 2)).toEqual([C]);
    expect(stale(15, 3)).toEqual([]);
    expect(stale(21, 0)).toEqual([C, B, A]);
  });
});
