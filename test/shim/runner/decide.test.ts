import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dropped } from '../../../shim/amp/runner-events.ts';
import type { ServedThread } from '../../../shim/amp/runner-state.ts';
import type { ThreadId } from '../../../shim/amp/thread-id.ts';
import {
  canAskLater,
  decideOnReport,
  decideServing,
  type OwnThread,
  pauseAfter,
  servable,
} from '../../../shim/runner/decide.ts';
import { threadIdFrom } from '../../support/thread-record.ts';

const thread = (digit: number) => threadIdFrom(String(digit));
const serving = (digit: number, folder: string | null = null): ServedThread => ({
  thread: thread(digit),
  folder,
});
const [one, two] = [serving(1), serving(2, '/clone')];

describe('what a runner serves', () => {
  it.each<[string, Dropped | null, string | null]>([
    ['nothing was said', null, null],
    ['its folder was missing', 'folder missing', null],
    ['it was archived', 'archived', 'it was archived at Amp'],
    ['it was deleted', 'missing', 'it was deleted at Amp'],
    ['a person stopped it', 'stopped', "somebody at Amp's site had the runner stop it"],
  ])('a thread that is no longer in the file, of which %s', (_, why, reason) => {
    const dropped = new Map(why === null ? [] : [[one.thread, why]]);
    expect(decideServing({ recorded: [one, two], inFile: [two], started: new Set(), dropped }).ended).toEqual(
      reason === null ? [] : [{ thread: one.thread, reason }],
    );
  });

  it('a thread that is in the file is served, whatever was said of it before', () => {
    const dropped = new Map([[one.thread, 'stopped' as const]]);
    expect(decideServing({ recorded: [one], inFile: [one], started: new Set(), dropped })).toEqual({
      begun: [],
      ended: [],
    });
  });

  it('a new thread, or a known one in another folder, is recorded', () => {
    const moved = { ...one, folder: '/elsewhere' };
    expect(
      decideServing({ recorded: [one], inFile: [moved, two], started: new Set(), dropped: new Map() }).begun,
    ).toEqual([moved, two]);
  });

  it('a thread that no file names, and that was attached to since, is recorded, and its end if a person ended it', () => {
    const started = new Set([one.thread, two.thread]);
    const dropped = new Map([[two.thread, 'stopped' as const]]);
    const { begun, ended } = decideServing({ recorded: [], inFile: [], started, dropped });
    expect(begun.map(({ thread }) => thread)).toEqual([one.thread, two.thread]);
    expect(ended.map(({ thread }) => thread)).toEqual([two.thread]);
  });

  it('no thread is lost without a reason that a person gave (I13)', () => {
    const served = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 6 });
    const why = fc.constantFrom<Dropped>('archived', 'missing', 'stopped', 'folder missing');
    fc.assert(
      fc.property(
        served,
        served,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), why)),
        (recorded, inFile, said) => {
          const dropped = new Map(said.map(([digit, reason]) => [thread(digit), reason]));
          const { begun, ended } = decideServing({
            recorded: recorded.map((digit) => serving(digit)),
            inFile: inFile.map((digit) => serving(digit)),
            started: new Set(),
            dropped,
          });
          const after = new Set([...recorded.map(thread), ...begun.map((each) => each.thread)]);
          for (const each of ended) after.delete(each.thread);
          for (const digit of inFile) expect(after).toContain(thread(digit));
          for (const digit of recorded.filter((digit) => !inFile.includes(digit))) {
            const reason = dropped.get(thread(digit));
            expect(after.has(thread(digit))).toBe(reason === undefined || reason === 'folder missing');
          }
        },
      ),
    );
  });

  it('what has no folder now is kept for later', () => {
    expect(servable([one, two], () => false)).toEqual({ now: [one], later: [two] });
    expect(servable([one, two], () => true)).toEqual({ now: [one, two], later: [] });
  });
});

describe("the key's own thread at a runner's start", () => {
  const warm: OwnThread = {
    run: 1,
    active: one.thread,
    lastServed: one.thread,
    recorded: [two, one],
    hasPrompt: false,
  };

  it.each<[string, Partial<OwnThread>, boolean]>([
    ['the last runner served it, and nothing has happened since', {}, true],
    ['this start has had a runner already', { run: 2 }, false],
    ['there is none yet', { active: null, lastServed: null }, false],
    ['another one was chosen since', { active: two.thread }, false],
    ['an agent was launched since', { lastServed: null }, false],
    ['a person ended it', { recorded: [two] }, false],
    ['a prompt may be due', { hasPrompt: true }, false],
  ])('Amp may be asked about it later: %s', (_, about, expected) => {
    expect(canAskLater({ ...warm, ...about })).toBe(expected);
  });

  it.each<[string, Partial<Parameters<typeof decideOnReport>[0]>, ReturnType<typeof decideOnReport>]>([
    [
      'has dropped it, and is not registered',
      { registered: false, dropped: said('archived') },
      { do: 'wait' },
    ],
    ['runs it', { started: new Set([one.thread]) }, { do: 'nothing' }],
    ['has left it asleep', {}, { do: 'nothing' }],
    ['found it archived', { dropped: said('archived') }, { do: 'start again' }],
    ['did not find it', { dropped: said('missing') }, { do: 'start again' }],
    ['was told to stop it', { dropped: said('stopped') }, { do: 'nothing' }],
    ['could not attach to it', { notAttached: said('API: 403') }, { do: 'say', message: 'API: 403' }],
    [
      'could not attach to it, and has since',
      { started: new Set([one.thread]), notAttached: said('API: 500') },
      { do: 'nothing' },
    ],
    ['has dropped another one', { dropped: new Map([[two.thread, 'missing']]) }, { do: 'nothing' }],
  ])('a runner that %s', (_, about, expected) => {
    const none = { started: new Set<ThreadId>(), dropped: new Map(), notAttached: new Map() };
    const report = { registered: true, failure: null, offlineSince: null, ...none, ...about };
    expect(decideOnReport(report, one.thread)).toEqual(expected);
  });

  function said<T>(what: T): ReadonlyMap<ThreadId, T> {
    return new Map([[one.thread, what]]);
  }
});

it('the pauses between two tries grow, to a minute', () => {
  expect([0, 1, 2, 3, 6, 7, 100].map(pauseAfter)).toEqual([1, 1, 2, 4, 32, 60, 60]);
});
