import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HistoryLine, readEvent } from '../../../shim/store/events.ts';
import { applyEvents } from '../../../shim/store/fold.ts';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { readSession } from '../../../shim/store/read.ts';
import { seal } from '../../../shim/store/seal.ts';
import { EMPTY_SESSION } from '../../../shim/store/session.ts';
import { Store } from '../../../shim/store/store.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { isObject } from '../../../shim/system/json.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { threadIdFrom } from '../../support/thread-record.ts';

const threadOf = (digit: number) => threadIdFrom(String(digit));

/** What a line says, found the plain way: parsed, and written again for its sum. */
function plainlyRead(line: string): HistoryLine {
  try {
    const { sum, ...body } = JSON.parse(line);
    const own = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 12);
    return isObject(body) && sum === own ? readEvent(body) : { kind: 'damaged' };
  } catch {
    return { kind: 'damaged' };
  }
}

/** What a history says, found the plain way: whole in memory, and folded anew for each event. */
function plainlyReplayed(bytes: Buffer) {
  const text = bytes.toString('utf8');
  let session = EMPTY_SESSION;
  let damagedLines = 0;
  let lastSeq = 0;
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const read = plainlyRead(line);
    if (read.kind === 'damaged') damagedLines++;
    if (read.kind === 'foreign') lastSeq = Math.max(lastSeq, read.seq);
    if (read.kind !== 'event') continue;
    lastSeq = Math.max(lastSeq, read.event.seq);
    session = applyEvents(session, [read.event]);
  }
  const { others, ...head } = session;
  const whole = text === '' || text.endsWith('\n');
  return { head, others: [...others], damagedLines, lastSeq, whole, historyBytes: bytes.length };
}

function replayed(bytes: Buffer) {
  const paths = newKey(bytes);
  const { session, damagedLines, lastSeq, whole, historyBytes } = readSession(paths);
  const { others, ...head } = session;
  return { head, others: [...others], damagedLines, lastSeq, whole, historyBytes };
}

function newKey(history: Buffer | string): SessionPaths {
  const paths = sessionPaths(temporaryFolder(), 'main');
  mkdirSync(paths.folder, { recursive: true });
  writeFileSync(paths.history, history);
  return paths;
}

const thread = fc.integer({ min: 0, max: 4 }).map(threadOf);
const sha256 = fc.constantFrom('one', 'two');
const prompt = fc.option(sha256.map((sum) => ({ sha256: sum, bytes: 1 })));
const kinds = fc.oneof(
  fc.record({
    event: fc.constant('thread'),
    thread,
    origin: fc.constantFrom('new', 'forked', 'captured', 'moved'),
    workdir: fc.string({ unit: 'grapheme' }),
  }),
  fc.record({ event: fc.constant('switched'), from: fc.option(thread), to: thread, by: fc.constant('use') }),
  fc.record({ event: fc.constant('replaced'), thread, reason: fc.string() }),
  fc.record({
    event: fc.constant('launched'),
    thread: fc.option(thread),
    workdir: fc.constant('/w'),
    prompt,
    lastSeen: fc.constant(null),
  }),
  fc.record({
    event: fc.constant('moved'),
    from: fc.option(thread),
    to: thread,
    when: fc.constant('then'),
    workdir: fc.constant('/w'),
    evidence: fc.constant('seen'),
    active: fc.boolean(),
  }),
  fc.record(
    { event: fc.constant('prompt-delivered'), thread, sha256, evidence: fc.constant('seen'), meant: thread },
    { requiredKeys: ['event', 'thread', 'sha256', 'evidence'] },
  ),
  fc.record({
    event: fc.constantFrom('prompt-handed', 'told'),
    thread,
    prompt: sha256.map((sum) => ({ sha256: sum, bytes: 1 })),
  }),
  fc.record({ event: fc.constant('sent'), thread, prompt }),
  fc.record({ event: fc.constant('titled'), thread, title: fc.string({ unit: 'grapheme' }) }),
  fc.record({ event: fc.constant('forgotten'), thread, archive: fc.string(), deleted: fc.boolean() }),
  fc.record({ event: fc.constantFrom('later-version', 'toString'), what: fc.string() }),
  fc.record({ event: fc.constant('named'), thread: fc.string(), name: fc.integer() }),
);

/** What becomes of a line: nearly always nothing. */
const fate = fc.oneof(
  { weight: 12, arbitrary: fc.constant((line: string) => line) },
  fc.constantFrom(
    (line: string) => `${line.slice(0, 20)}#${line.slice(21)}`,
    (line: string) => line.slice(0, line.length / 2),
    (line: string) => `\n${line}`,
    // Not as `seal` writes it, and yet with the right sum.
    (line: string) => JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', ''),
    (line: string) => line.replace(/^\{(.*),("sum":"\w+")\}$/, '{$2,$1}'),
    (line: string) => line.replace('{', '{"sum":1,'),
    (line: string) => `${line.slice(0, -1)} }`,
    () => '{"seq":1,"event":"thread"}',
    () => '"a text"',
    () => `{"sum":"${'0'.repeat(12)}"}`,
  ),
);

const history = fc
  .array(fc.tuple(kinds, fate, fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat({ max: 9 }))), {
    maxLength: 60,
  })
  .map((events) =>
    events.map(([event, change, late], index) =>
      change(seal({ seq: Math.max(0, index + 1 - late), at: `at ${index}`, ...event })),
    ),
  );

describe('a history without a snapshot', () => {
  it('says what it says when it is read plainly, whatever is in it', () => {
    fc.assert(
      fc.property(history, fc.boolean(), (lines, whole) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const file = whole ? bytes : bytes.subarray(0, -3);
        expect(replayed(file)).toEqual(plainlyReplayed(file));
      }),
      { numRuns: 300 },
    );
  });

  it('is read whole, however long it or a line is, and wherever a character lies', () => {
    const lines = Array.from({ length: 40 }, (_, index) =>
      seal({
        seq: index + 1,
        at: 'now',
        event: 'thread',
        thread: threadOf(index % 10),
        origin: 'new',
        // Of two and three bytes each, and one line longer than all that is read at once.
        workdir: `${'x'.repeat(index)}${'ü€'.repeat(index === 20 ? 500_000 : 20_000)}`,
      }),
    );
    const bytes = Buffer.from(lines.join('\n'));
    expect(replayed(bytes)).toEqual(plainlyReplayed(bytes));
    expect(replayed(bytes)).toMatchObject({ damagedLines: 0, lastSeq: 40, whole: false });
    const noise = Buffer.alloc(3_000_000, 0xe2);
    const damaged = Buffer.concat([bytes, Buffer.from('\n'), noise, Buffer.from('\n'), bytes]);
    expect(replayed(damaged)).toEqual(plainlyReplayed(damaged));
    expect(replayed(damaged)).toMatchObject({ damagedLines: 1, lastSeq: 40 });
  });

  it('gets its snapshot as soon as it is opened, so that a start that is killed has not read it in vain', async () => {
    const events = [0, 1, 2].map((digit) => ({
      event: 'thread',
      thread: threadOf(digit),
      origin: 'new',
      workdir: '/w',
    }));
    const text = events.map((event, index) => `${seal({ seq: index + 1, at: 'now', ...event })}\n`).join('');
    const paths = newKey(text);
    const before = readSession(paths);
    const store = await Store.open(paths, new Deadline(1_000));
    expect(store?.session).toEqual(before.session);
    expect(existsSync(paths.snapshot)).toBe(true);
    // Nothing but the snapshot is read: it stands for every byte of the history.
    writeFileSync(paths.history, '#'.repeat(text.length - 1).concat('\n'));
    expect(readSession(paths)).toMatchObject({ replayed: false, damagedLines: 0, session: before.session });
    store?.close();
    rmSync(paths.history);
    expect(readFileSync(paths.snapshot, 'utf8')).toContain(threadOf(2));
  });
});
