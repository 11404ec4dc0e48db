// Amp as a runner (`amp --no-tui`): which threads it serves, and who runs a thread that is open twice.

import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { skipTour } from '../support/amp/home.ts';
import { ampEnv } from '../support/amp/real-amp.ts';
import { runnerFile } from '../support/amp/runner.ts';
import { NAME, runnerBench, stopped } from '../support/amp/runner-bench.ts';
import { isReady } from '../support/amp/screen.ts';
import { behaviours } from '../support/amp/server.ts';
import { send } from '../support/amp/typing.ts';
import { HANG_MS } from '../support/limits.ts';

const UNKNOWN = 'T-00000000-0000-4000-8000-000000000000';

test('a thread that it was asked to run runs in its folder, and again after SIGKILL', async () => {
  const { amp, ranIn, registered } = await runnerBench();
  const first = await registered();
  const id = amp.server.addThread();
  amp.server.runners.ask(NAME, id);
  await first.until({ type: 'thread_started', threadId: id });
  expect(await ranIn(id)).toContain(amp.workdir);
  await stopped(first, 'SIGKILL');

  const second = await registered();
  expect(second.events).toContainEqual(expect.objectContaining({ type: 'threads_resuming', count: 1 }));
  expect(await ranIn(id)).toContain(amp.workdir);
  amp.server.runners.stop(NAME, id);
  await second.until({ type: 'thread_stopped', threadId: id, reason: 'stopped' });
  await vi.waitFor(() => expect(runnerFile(amp).read()['servedThreadIds']).toEqual([]), { timeout: HANG_MS });
});

test('a thread of ours is served: named on the command line, or written into the file', async () => {
  const { amp, ranIn, registered } = await runnerBench();
  const named = amp.server.addThread();
  const first = await registered(['--runner-id', NAME, 'threads', 'continue', named]);
  expect(first.events).toContainEqual(expect.objectContaining({ type: 'thread_started', threadId: named }));
  expect(await ranIn(named)).toContain(amp.workdir);
  await stopped(first);

  const written = amp.server.addThread();
  const file = runnerFile(amp);
  file.write(JSON.stringify({ ...file.read(), servedThreadIds: [named, written] }));
  const second = await registered();
  expect(second.events).toContainEqual(expect.objectContaining({ type: 'threads_resuming', count: 2 }));
  expect(await ranIn(written)).toContain(amp.workdir);
});

test('an unknown thread on the command line ends it; an archived or deleted one in the file is dropped, and says why', async () => {
  const { amp, registered, run } = await runnerBench();
  const unknown = run(['--runner-id', NAME, 'threads', 'continue', UNKNOWN]);
  expect(await unknown.ended).toBe(1);
  expect(unknown.printed()).toContain(`Thread ${amp.server.url}/threads/${UNKNOWN} does not exist.`);

  await stopped(await registered());
  const archived = amp.server.addThread({ archived: true });
  const file = runnerFile(amp);
  file.write(JSON.stringify({ ...file.read(), servedThreadIds: [archived, UNKNOWN] }));
  const runner = await registered();
  for (const [threadId, reason] of [
    [archived, 'archived'],
    [UNKNOWN, 'missing'],
  ])
    expect(runner.events).toContainEqual(
      expect.objectContaining({ type: 'thread_dropped', threadId, reason }),
    );
  expect(runnerFile(amp).read()['servedThreadIds']).toEqual([]);
});

test('what becomes of a thread in the file is said before it is registered: also of one that is asleep or does not open', async () => {
  const { amp, registered } = await runnerBench();
  await stopped(await registered());
  const [asleep, refused] = [amp.server.addThread(), amp.server.addThread()];
  const archived = amp.server.addThread({ archived: true });
  amp.server.behave(behaviours.status(403), { only: refused });
  const file = runnerFile(amp);
  const sleepers = { sleepingThreadIds: [asleep, archived] };
  file.write(JSON.stringify({ ...file.read(), servedThreadIds: [asleep, refused, archived], ...sleepers }));
  const { events } = await registered();
  const before = events.slice(
    0,
    events.findIndex(({ type }) => type === 'registered'),
  );
  const of = (id: string) => before.filter(({ threadId }) => threadId === id);
  expect(of(archived)).toMatchObject([{ type: 'thread_dropped', reason: 'archived' }]);
  expect(of(refused)).toMatchObject([
    { type: 'thread_attach_failed', message: expect.stringMatching(/failed: 403$/) },
  ]);
  expect(of(asleep)).toEqual([]);
  expect(before).toContainEqual(expect.objectContaining({ type: 'threads_left_asleep', count: 1 }));
  // All but the archived one are still served.
  expect(runnerFile(amp).read()).toMatchObject({
    servedThreadIds: [asleep, refused],
    sleepingThreadIds: [asleep],
  });
});

test('a folder that is missing at one start loses its threads for good, and a file that was cut off all of them', async () => {
  const { amp, ranIn, registered } = await runnerBench();
  const folder = join(amp.workdir, '../clone');
  mkdirSync(folder);
  const runner = await registered(['--runner-id', NAME, '--dir', folder]);
  const id = amp.server.addThread();
  amp.server.runners.ask(NAME, id, folder);
  await runner.until({ type: 'thread_started', threadId: id });
  expect(await ranIn(id)).toContain(folder);
  await stopped(runner);
  expect(runnerFile(amp).read()['servedThreadWorkingDirectories']).toEqual({ [id]: folder });

  rmdirSync(folder);
  const without = await registered();
  expect(without.events).toContainEqual(
    expect.objectContaining({
      type: 'thread_dropped',
      threadId: id,
      reason: 'directory_missing',
      workingDirectory: folder,
    }),
  );
  await stopped(without);
  mkdirSync(folder);
  await stopped(await registered());
  expect(runnerFile(amp).read()['servedThreadIds']).toEqual([]);

  const file = runnerFile(amp);
  file.write(file.text().slice(0, 40));
  await stopped(await registered([]));
  expect(file.read()['runnerId']).not.toBe(NAME);
});

test('a thread has one executor: beside its runner a headless turn is refused and nothing sent, a terminal watches, and a message for the runner reaches it', async () => {
  const { amp, registered, said } = await runnerBench();
  const id = amp.server.addThread();
  await registered(['--runner-id', NAME, 'threads', 'continue', id]);
  const headless = await amp.run(['threads', 'continue', id, '-x', 'run: pwd']);
  expect(headless.exitCode).toBe(1);
  expect(headless.stderr).toContain('This thread is already open and active in another Amp.');
  expect(said(id)).toEqual([]);

  const text = '  one\n\t"two" $(three)';
  const sent = await execa('amp', ['--executor', `runner:${NAME}`, 'threads', 'continue', id, '-x'], {
    cwd: amp.home,
    env: ampEnv({ home: amp.home, server: amp.server }),
    extendEnv: false,
    input: text,
  });
  expect(sent.stdout).toBe(`${amp.server.url}/threads/${id}`);
  expect(said(id)).toEqual([text, 'I heard:   one']);

  skipTour(amp);
  const terminal = amp.open(['threads', 'continue', id]);
  await terminal.until((screen) => screen.includes('This thread is already open and active in another Amp.'));
  terminal.type('\r');
  await terminal.until(isReady);
  await send(terminal, 'run: pwd');
  await vi.waitFor(() => expect(said(id)).toHaveLength(4), { timeout: HANG_MS });
  expect(said(id)?.at(-1)).toContain(amp.workdir);
});
