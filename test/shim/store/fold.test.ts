import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../shim/store/events.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { readSession } from '../../../shim/store/read.ts';
import { threadCount, threadIn, threadsOf } from '../../../shim/store/session.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { known, launchedIn, record, switched } from '../../support/record.ts';
import { A, B, C, threadIdFrom } from '../../support/thread-record.ts';

const numbered = (index: number) => threadIdFrom(String(index).padStart(8, '0'));

describe('folding a history', () => {
  it('remembers a thread that another replaces, and has its details when it comes back', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    await record(paths, known(A), launchedIn(A, 'first'), { event: 'named', thread: A, name: 'login' });
    await record(
      paths,
      { ...known(B), origin: 'forked', parent: A } as NewEvent,
      switched(A, B),
      launchedIn(B, 'other'),
      switched(B, A),
      launchedIn(A),
    );
    const { session } = readSession(paths);
    expect(session.active).toMatchObject({
      thread: A,
      name: 'login',
      starts: 2,
      prompts: [
        { sha256: 'first', state: 'handed' },
        { sha256: 'other', state: 'waived' },
      ],
    });
    expect(threadIn(session, B)).toMatchObject({ parent: A, starts: 1, origin: 'forked' });
    expect(session.launched).toMatchObject({ thread: A });
  });

  it('knows what an interrupted agent was told, which no start gives or looks for, and leaves a prompt of those words be', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    const told = (sha256: string) => ({ event: 'told', thread: A, prompt: { sha256, bytes: 1 } }) as const;
    await record(paths, known(A), launchedIn(A, 'task'), told('go on'), told('task'), told('go on'));
    expect(readSession(paths).session.active?.prompts).toMatchObject([
      { sha256: 'task', state: 'handed' },
      { sha256: 'go on', state: 'waived' },
    ]);
  });

  it('gives the prompt again to a thread that replaces a lost one, but not to one a person chose', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    await record(
      paths,
      known(A),
      launchedIn(A, 'task'),
      { event: 'replaced', thread: A, reason: 'gone' },
      known(B),
    );
    expect(readSession(paths).session.active).toMatchObject({ thread: B, prompts: [] });
    expect(threadIn(readSession(paths).session, A)).toMatchObject({ ended: { reason: 'gone' } });
    await record(paths, launchedIn(B, 'task'), known(C), switched(B, C));
    expect(readSession(paths).session.active).toMatchObject({
      thread: C,
      prompts: [{ sha256: 'task', state: 'waived' }],
    });
  });

  it('has the work of a thread where it was last launched, and of one that the agent moved to where that runs', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    await record(paths, known(A), known(B), launchedIn(A), {
      ...launchedIn(A),
      workdir: '/elsewhere',
    } as NewEvent);
    expect(readSession(paths).session.active).toMatchObject({ thread: A, workdir: '/elsewhere' });
    const moved = { event: 'moved', from: A, to: B, when: new Date().toISOString() } as const;
    await record(paths, { ...moved, workdir: '/elsewhere', evidence: 'its terminal', active: true });
    expect(readSession(paths).session.active).toMatchObject({ thread: B, workdir: '/elsewhere' });
    await record(paths, { event: 'served', thread: A, folder: '/served', workdir: '/w' });
    expect(threadIn(readSession(paths).session, A)).toMatchObject({ workdir: '/served' });
  });

  it('lists no forgotten thread, though its history still names it', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    await record(paths, known(A), known(B), { event: 'forgotten', thread: B, archive: 'x', deleted: false });
    expect(threadsOf(readSession(paths, 'all').session).map(({ thread }) => thread)).toEqual([A]);
  });

  it('gives the same result for many threads, incrementally or from the whole history', async () => {
    const threads = Array.from({ length: 120 }, (_, index) => numbered(index));
    const paths = sessionPaths(temporaryFolder(), 'main');
    for (const thread of threads) await record(paths, known(thread));
    // A thread that dropped out of the snapshot long ago is used, named and sent to again.
    await record(paths, { event: 'named', thread: numbered(3), name: 'old' });
    await record(paths, { event: 'sent', thread: numbered(4), prompt: null });
    await record(paths, switched(numbered(0), numbered(5)));
    const quick = readSession(paths).session;
    const whole = readSession(paths, 'all').session;
    expect(threadCount(quick)).toBe(120);
    expect(threadCount(whole)).toBe(120);
    expect(quick.others.size).toBeLessThan(60);
    expect(whole.others.size).toBe(119);
    expect(threadIn(whole, numbered(3))).toMatchObject({ name: 'old' });
    expect(threadIn(whole, numbered(4))).toMatchObject({ sends: 1 });
    expect(whole.active?.thread).toBe(numbered(5));
    expect(
      threadsOf(whole)
        .slice(0, 2)
        .map(({ thread }) => thread),
    ).toEqual([numbered(5), numbered(0)]);
    for (const recent of threadsOf(quick)) expect(threadIn(whole, recent.thread)).toEqual(recent);
  });

  it('never loses track of a thread, whatever the order of events', async () => {
    const thread = fc.integer({ min: 0, max: 4 }).map(numbered);
    const event = fc.oneof(
      thread.map((id) => known(id)),
      fc.tuple(thread, thread).map(([from, to]) => switched(from, to)),
      thread.map((id) => launchedIn(id)),
      thread.map((id): NewEvent => ({ event: 'replaced', thread: id, reason: 'gone' })),
      thread.map((id): NewEvent => ({ event: 'sent', thread: id, prompt: null })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
        const paths = sessionPaths(temporaryFolder(), 'main');
        await record(paths, ...events);
        const told = new Set(events.flatMap((each) => (each.event === 'thread' ? [each.thread] : [])));
        const { session } = readSession(paths);
        expect(new Set(threadsOf(session).map((record) => record.thread))).toEqual(told);
        expect(threadCount(session)).toBe(told.size);
      }),
      { numRuns: 60 },
    );
  });
});
