import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseThreadId, type ThreadId } from '../../../shim/amp/thread-id.ts';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { type DatedEvent, recordEvents } from '../../support/cli/record.ts';
import { refusal } from '../../support/cli/refusal.ts';
import { stateOf } from '../../support/cli/state.ts';

const amp = await ampServerOfFile();

/**
 * A home whose key `main` has threads that Amp has too: the first was used today, each further one a day
 * earlier. The first is active.
 */
async function homeWithThreads(count: number): Promise<{ home: CliHome; threads: readonly ThreadId[] }> {
  const home = new CliHome({ amp });
  const threads = Array.from({ length: count }, () => parseThreadId(amp.addThread()) as ThreadId);
  const days = [...threads.entries()].reverse();
  await recordEvents(
    home.stateFolder,
    'main',
    days.flatMap(([day, thread]): DatedEvent[] => {
      const at = new Date(Date.now() - day * 86_400_000).toISOString();
      return [
        { event: 'thread', thread, origin: 'new', workdir: home.project, at },
        { event: 'switched', from: threads[day + 1] ?? null, to: thread, by: 'new', at },
      ];
    }),
  );
  return { home, threads };
}

async function listed(home: CliHome): Promise<readonly string[]> {
  const { stdout } = await home.run(['list', '--json', '--limit', '1000']);
  return JSON.parse(stdout).keys[0].threads.map(({ thread }: { thread: string }) => thread);
}

function archiveIn(folder: string): readonly Record<string, unknown>[] {
  return JSON.parse(readFileSync(join(folder, 'threads.json'), 'utf8'));
}

describe('forget', () => {
  it('leaves the thread at Amp; with --delete it is gone there too', async () => {
    const { home, threads } = await homeWithThreads(3);
    const [active = '', kept = '', deleted = ''] = threads;
    await home.run(['rename', kept, 'of old']);
    const forgot = await home.run(['forget', 'of old', '--yes', '--json']);
    expect(JSON.parse(forgot.stdout)).toMatchObject({ key: 'main', forgotten: [kept], deleted: false });
    expect(archiveIn(JSON.parse(forgot.stdout).archive)).toMatchObject([{ thread: kept, name: 'of old' }]);
    expect(amp.threads.has(kept)).toBe(true);

    const unasked = await home.run(['forget', deleted, '--delete']);
    expect(unasked).toMatchObject({ exitCode: 77, stdout: '' });
    expect((await home.run(['forget', deleted, '--delete', '--dry-run'])).stderr).toContain('permanently');
    expect(amp.threads.has(deleted)).toBe(true);
    const gone = await home.run(['forget', deleted, '--delete', '--yes', '--json']);
    expect(JSON.parse(gone.stdout)).toMatchObject({ forgotten: [deleted], deleted: true });
    expect(amp.threads.has(deleted)).toBe(false);
    expect(await listed(home)).toEqual([active]);
    // I2: the history still names every one of them.
    const history = readFileSync(home.paths().history, 'utf8');
    for (const thread of threads) expect(history).toContain(thread);
  });

  it('never drops the active one, and deletes nothing while Amp is unreachable', async () => {
    const { home, threads } = await homeWithThreads(2);
    const [active = '', other = ''] = threads;
    const before = stateOf(home.paths().folder);
    expect(await home.run(['forget', active, '--delete', '--yes'])).toMatchObject(
      refusal(77, 'it is the active thread'),
    );
    const env = { AMP_URL: await amp.unreachableUrl() };
    const offline = await home.run(['forget', other, '--delete', '--yes'], { env });
    expect(offline).toMatchObject({ exitCode: 69, stdout: '' });
    expect(stateOf(home.paths().folder)).toEqual(before);
    expect([...amp.threads.keys()]).toEqual(expect.arrayContaining([active, other]));
  });

  it('--delete also drops what Amp no longer has, and use brings it back if it was kept there', async () => {
    const { home, threads } = await homeWithThreads(2);
    const [, other = ''] = threads;
    await home.run(['forget', other, '--yes']);
    expect(await home.run(['use', other])).toMatchObject({ exitCode: 0, stdout: other });
    const shown = JSON.parse((await home.run(['show', other, '--json'])).stdout);
    expect(shown).toMatchObject({ origin: 'adopted', active: true });

    const [first = ''] = threads;
    amp.removeThread(first);
    expect(await home.run(['forget', first, '--delete', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(await listed(home)).toEqual([other]);
  });
});

describe('a question that stands while the thread is put to use', () => {
  it.each([
    ['forget', (thread: string) => ['forget', thread, '--delete'], 'Permanently delete'],
    ['cleanup', () => ['cleanup', '--older-than', '12h', '--keep', '0'], 'Forget 1 thread'],
  ])('is asked again: %s keeps what has become the active thread', async (_name, command, question) => {
    const { home, threads } = await homeWithThreads(2);
    const [active = '', other = ''] = threads;
    const terminal = home.open(command(other));
    await terminal.until((screen) => screen.includes(question));
    expect(await home.run(['use', other])).toMatchObject({ exitCode: 0, stdout: other });
    terminal.type('y\r');
    const { exitCode } = await terminal.ended;
    expect(terminal.screen()).toContain('it is the active thread');
    expect(exitCode).toBe(command(other)[0] === 'forget' ? 77 : 0);
    expect(amp.threads.has(other)).toBe(true);
    expect((await listed(home)).toSorted()).toEqual([active, other].toSorted());
  });
});

describe('cleanup', () => {
  it("drops what has been unused too long, keeps the most recent, and doesn't call Amp", async () => {
    const { home, threads } = await homeWithThreads(40);
    const requests = amp.requests.length;
    const dry = await home.run(['cleanup', '--older-than', '30d', '--dry-run']);
    expect(dry.stdout.split('\n').map((row) => row.split('\t')[0])).toEqual(threads.slice(30).reverse());
    expect(await listed(home)).toHaveLength(40);

    expect(await home.run(['cleanup'])).toMatchObject({ exitCode: 77, stdout: '' });
    const cleaned = await home.run(['cleanup', '--older-than', '30d', '--keep', '35', '--yes', '--json']);
    const { forgotten, archive, deleted } = JSON.parse(cleaned.stdout);
    expect({ forgotten, deleted }).toEqual({ forgotten: threads.slice(35).reverse(), deleted: false });
    expect(archiveIn(archive)).toHaveLength(5);
    expect(await listed(home)).toEqual(threads.slice(0, 35));
    await home.run(['cleanup', '--older-than', '12h', '--keep', '0', '--yes']);
    expect(await listed(home)).toEqual(threads.slice(0, 1));
    expect(amp.requests.length).toBe(requests);
    expect(threads.every((thread) => amp.threads.has(thread))).toBe(true);
  });

  it('keeps a thread still waiting for its prompt', async () => {
    const { home, threads } = await homeWithThreads(3);
    const [active, , waiting] = threads;
    if (active === undefined || waiting === undefined) throw new Error('three threads');
    const at = new Date(Date.now() - 40 * 86_400_000).toISOString();
    await recordEvents(home.stateFolder, 'main', [
      { event: 'switched', from: active, to: waiting, by: 'use', at },
      {
        event: 'launched',
        thread: waiting,
        workdir: home.project,
        prompt: { sha256: 'a prompt that nobody saw arrive', bytes: 1 },
        lastSeen: null,
        at,
      },
      { event: 'switched', from: waiting, to: active, by: 'use' },
    ]);
    const cleaned = await home.run(['cleanup', '--older-than', '12h', '--keep', '0', '--yes']);
    expect(cleaned.exitCode).toBe(0);
    expect(cleaned.stderr).toContain('a prompt for it may not have arrived');
    expect(await listed(home)).toEqual([active, waiting]);
  });
});
