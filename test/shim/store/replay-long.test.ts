import { mkdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KNOWN, readEvent } from '../../../shim/store/events.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { QUICK_CHECKS } from '../../../shim/store/quick.ts';
import { readSession } from '../../../shim/store/read.ts';
import { seal } from '../../../shim/store/seal.ts';
import { threadCount, threadsOf } from '../../../shim/store/session.ts';
import { Store } from '../../../shim/store/store.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { threadIdFrom } from '../../support/thread-record.ts';

/** More threads than a replay has in memory, three times over. */
const THREADS = 12_000;

const threadOf = (number: number) => threadIdFrom(String(number).padStart(8, '0'));

/** A key that was in one thread after the other, the first ones with a prompt that nobody knows to have arrived. */
function longHistory(last: readonly Record<string, unknown>[], prompted = 0) {
  const events = Array.from({ length: THREADS }, (_, number) => [
    { event: 'thread', thread: threadOf(number), origin: 'new', workdir: '/w' },
    ...(number < prompted
      ? [{ event: 'launched', thread: threadOf(number), workdir: '/w', prompt: PROMPT, lastSeen: null }]
      : []),
    ...(number < THREADS - 1 ? [{ event: 'replaced', thread: threadOf(number), reason: 'gone' }] : []),
  ]).flat();
  const lines = [...events, ...last].map((event, index) =>
    seal({ seq: index + 1, at: `at ${index}`, ...event }),
  );
  const paths = sessionPaths(temporaryFolder(), 'main');
  mkdirSync(paths.folder, { recursive: true });
  writeFileSync(paths.history, lines.map((line) => `${line}\n`).join(''));
  return paths;
}

const PROMPT = { sha256: 'one', bytes: 1 };
const LAST = threadOf(THREADS - 1);
const OLD = threadOf(5);

it.each<readonly [string, readonly Record<string, unknown>[], number]>([
  ['nothing more', [], 0],
  ['a thread from long ago, back again', [{ event: 'switched', from: LAST, to: OLD, by: 'use' }], 0],
  ['a name for one from long ago', [{ event: 'named', thread: OLD, name: 'box' }], 0],
  ['one from long ago, forgotten', [{ event: 'forgotten', thread: OLD, archive: '/a', deleted: false }], 0],
  [
    'a prompt that was handed to one from long ago',
    [{ event: 'prompt-delivered', thread: OLD, sha256: 'one', evidence: 'seen' }],
    6,
  ],
])(
  'I2: a history of many threads says the same with only the latest in memory: %s',
  (_name, last, prompted) => {
    const paths = longHistory(last, prompted);
    const recent = readSession(paths);
    const all = readSession(paths, 'all');
    const { others, older, ...head } = recent.session;
    const { others: allOthers, older: _, ...allHead } = all.session;
    expect(head).toEqual(allHead);
    expect(recent).toMatchObject({ lastSeq: all.lastSeq, historyBytes: all.historyBytes, damagedLines: 0 });
    expect(threadCount(recent.session)).toBe(threadCount(all.session));
    const shown = threadsOf(recent.session).slice(0, 900);
    expect(shown).toEqual(threadsOf(all.session).slice(0, 900));
    for (const [thread, record] of others) expect(allOthers.get(thread)).toEqual(record);
  },
);

it('I2: a record that was replayed with only the latest threads in memory has them all', async () => {
  const paths = longHistory([]);
  const store = await Store.open(paths, new Deadline(1_000));
  expect(store?.session.older).toBeGreaterThan(THREADS / 2);
  expect([OLD, LAST].map((thread) => store?.has(thread))).toEqual([true, true]);
  store?.record({ event: 'switched', from: LAST, to: OLD, by: 'use' });
  store?.close();
  expect(readSession(paths).session.active).toMatchObject({ thread: OLD, ended: null });
  expect(threadCount(readSession(paths, 'all').session)).toBe(THREADS);
});

/** Values that belong into an event's fields, and values that don't. */
const value = fc.oneof(
  fc.constantFrom(OLD, LAST, null, undefined, 'new', 'use', 'moved', 'T-1', 'a text', 1, -1, 0.5, true),
  fc.constant(PROMPT),
);

it('what is checked quickly is what the schema says', () => {
  let quick = 0;
  const names = [...QUICK_CHECKS.keys()] as (keyof typeof KNOWN)[];
  const fields = [
    'seq',
    'at',
    'thread',
    'origin',
    'workdir',
    'parent',
    'from',
    'to',
    'by',
    'reason',
    'prompt',
  ];
  const sound = {
    seq: 1,
    at: 'now',
    thread: OLD,
    origin: 'new',
    workdir: '/w',
    from: null,
    to: LAST,
    by: 'use',
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 2 }),
      (event, changed) => {
        const object = JSON.parse(JSON.stringify({ ...sound, reason: 'x', prompt: null, ...changed, event }));
        const parsed = KNOWN[event].safeParse(object);
        if (QUICK_CHECKS.get(event)?.(object)) {
          quick += 1;
          expect(parsed).toEqual({ success: true, data: object });
        }
        expect(readEvent(object).kind).toBe(
          parsed.success
            ? 'event'
            : Number.isSafeInteger(object.seq) && object.seq >= 0
              ? 'foreign'
              : 'damaged',
        );
      },
    ),
    { numRuns: 3_000 },
  );
  expect(quick).toBeGreaterThan(300);
});
