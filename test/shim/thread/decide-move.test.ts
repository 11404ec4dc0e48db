import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThreadId } from '../../../shim/amp/thread-id.ts';
import type { SessionEvent } from '../../../shim/store/events.ts';
import { applyEvents } from '../../../shim/store/fold.ts';
import { EMPTY_SESSION, type Session, threadIn } from '../../../shim/store/session.ts';
import { decideMove } from '../../../shim/thread/decide-move.ts';
import { known, launchedIn, switched } from '../../support/record.ts';
import { A, B, C } from '../../support/thread-record.ts';

/** Noon plus this many seconds, as milliseconds and as text. */
const at = (seconds: number) => Date.UTC(2026, 0, 1, 12, 0, seconds);
const iso = (seconds: number) => new Date(at(seconds)).toISOString();

let seq = 0;
const event = (seconds: number, what: object) => ({ seq: ++seq, at: iso(seconds), ...what }) as SessionEvent;
const thread = (seconds: number, id: ThreadId) => event(seconds, known(id));
const launched = (seconds: number, id: ThreadId | null, sha256?: string) =>
  event(seconds, { ...launchedIn(id, sha256), terminal: 'own' });
const use = (seconds: number, from: ThreadId, to: ThreadId) => event(seconds, switched(from, to));
const sum = (...events: SessionEvent[]) => applyEvents(EMPTY_SESSION, events);

/** The session after the decision. */
function moved(session: Session, id: ThreadId, seconds: number, owner: string | null = null): Session {
  const move = decideMove(session, { thread: id, at: at(seconds) }, owner);
  return move === null ? session : applyEvents(session, [event(seconds, move)]);
}

const running = sum(thread(0, A), launched(10, A, 'prompt'));

describe('decideMove', () => {
  it.each([
    ['nothing is recorded', running, null],
    ['it is still in the thread of the launch', running, { thread: A, at: at(20) }],
    ['nothing was ever launched', sum(thread(0, A)), { thread: B, at: at(20) }],
  ] as const)('follows nowhere when %s', (_name, session, seen) => {
    expect(decideMove(session, seen, null)).toBe(null);
  });

  it('follows to another thread, which becomes the active one with the old one as its parent', () => {
    const session = moved(running, B, 20);
    expect(session.active).toMatchObject({
      thread: B,
      origin: 'moved',
      parent: A,
      since: iso(20),
      chosen: { by: 'moved', after: A },
    });
    expect(session.launched).toMatchObject({ thread: A, now: B });
    expect(threadIn(session, A)).toMatchObject({ thread: A, ended: null });
    // Remembered from then on, though Amp records it again with every message.
    expect(decideMove(session, { thread: B, at: at(30) }, null)).toBe(null);
  });

  it('follows back again, and the first thread gets no parent for that', () => {
    const session = moved(moved(running, B, 20), A, 30);
    expect(session.active).toMatchObject({ thread: A, origin: 'new', parent: null });
    expect(threadIn(session, B)).toMatchObject({ parent: A });
  });

  it("respects a person's later choice, and still records the agent's thread", () => {
    const session = moved(applyEvents(running, [thread(25, C), use(25, A, C)]), B, 20);
    expect(session.active?.thread).toBe(C);
    expect(threadIn(session, B)).toMatchObject({ origin: 'moved', parent: A });
    expect(session.launched).toMatchObject({ now: B });
  });

  it("does not take over another key's thread", () => {
    const session = moved(running, B, 20, 'other');
    expect(session.active?.thread).toBe(A);
    expect(threadIn(session, B)).toBe(null);
    expect(session.launched).toMatchObject({ now: B });
  });

  it('captures the thread of an agent that was meant to open one itself', () => {
    const session = moved(sum(launched(10, null, 'prompt')), B, 20);
    expect(session.active).toMatchObject({ thread: B, origin: 'captured', starts: 1 });
    expect(session.active?.prompts).toMatchObject([{ sha256: 'prompt', state: 'handed' }]);
  });
});

const statesOf = (session: Session, id: ThreadId) =>
  threadIn(session, id)?.prompts.map(({ sha256, state }) => [sha256, state]);
const delivered = (id: ThreadId) =>
  event(90, { event: 'prompt-delivered', thread: id, sha256: 'prompt', evidence: 'seen' });

describe('the prompt of an agent that moved', () => {
  it.each([
    ['the thread it moved to', B, A],
    ['the thread it left', A, B],
  ])('is delivered in %s, and no longer for the other', (_name, has, lacks) => {
    const session = moved(running, B, 20);
    expect([statesOf(session, A), statesOf(session, B)]).toEqual([
      [['prompt', 'handed']],
      [['prompt', 'handed']],
    ]);
    const known = applyEvents(session, [delivered(has)]);
    expect(statesOf(known, has)).toEqual([['prompt', 'delivered']]);
    expect(statesOf(known, lacks)).toEqual([['prompt', 'waived']]);
  });

  it('was given in an earlier launch: it stays with the thread it was given to', () => {
    const session = moved(applyEvents(running, [launched(50, A)]), B, 60);
    expect(statesOf(session, B)).toEqual([['prompt', 'waived']]);
    expect(statesOf(session, A)).toEqual([['prompt', 'handed']]);
  });
});

it('whatever the order of events, no thread is dropped and the last choice wins', () => {
  const step = fc.record({ by: fc.constantFrom('agent', 'person'), to: fc.constantFrom(A, B, C) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let session = sum(thread(0, A), thread(0, B), launched(10, A));
      let wanted: ThreadId = A;
      let agent: ThreadId = A;
      for (const [index, { by, to }] of steps.entries()) {
        const seconds = 20 + index;
        const { active } = session;
        if (by === 'agent') {
          session = moved(session, to, seconds);
          if (to !== agent) wanted = to;
          agent = to;
        } else if (threadIn(session, to) !== null && active !== null && active.thread !== to) {
          session = applyEvents(session, [use(seconds, active.thread, to)]);
          wanted = to;
        }
        expect(session.active?.thread).toBe(wanted);
      }
      const seen = new Set([A, B, ...steps.filter(({ by }) => by === 'agent').map(({ to }) => to)]);
      for (const id of seen) expect(threadIn(session, id)).not.toBe(null);
    }),
  );
});
