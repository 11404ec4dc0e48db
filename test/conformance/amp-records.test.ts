import { mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, test, vi } from 'vitest';
import { isConnecting } from '../../shim/agentapi/input-box.ts';
import { skipTour } from '../support/amp/home.ts';
import { ampEnv } from '../support/amp/real-amp.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { recordsOf } from '../support/amp/records.ts';
import { hasInputBox, isReady } from '../support/amp/screen.ts';
import { behaviours, textOf } from '../support/amp/server.ts';
import { say, send } from '../support/amp/typing.ts';
import { HANG_MS } from '../support/limits.ts';
import type { Terminal } from '../support/terminal.ts';

// What Amp records about its threads in a home: how to find a thread that it opened itself without querying
// the account.
let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

test('plain amp creates its thread with the first message, not when it opens', async () => {
  skipTour(amp);
  const terminal = amp.open([]);
  await terminal.until(isReady);
  expect([amp.server.threads.size, amp.session()?.['lastThreadId'], amp.lastThreads()]).toEqual([
    0,
    undefined,
    {},
  ]);
  await say(terminal, 'hello');
  const [id] = amp.server.threads.keys();
  await vi.waitFor(() => expect(amp.session()?.['lastThreadId']).toBe(id), HANG_MS);
  // Written one after the other.
  await vi.waitFor(
    () => expect(amp.lastThreads()).toEqual(recordsOf(amp.workdir, ttyOf(terminal), id)),
    HANG_MS,
  );
});

test('threads continue records the thread before any message; neoWelcomeDismissed alone skips the tour, and amp keeps it', async () => {
  skipTour(amp);
  const id = amp.server.addThread();
  const terminal = amp.open(['threads', 'continue', id]);
  await terminal.until(isReady);
  await vi.waitFor(() => expect(amp.session()?.['lastThreadId']).toBe(id), HANG_MS);
  // Written one after the other.
  await vi.waitFor(
    () => expect(amp.lastThreads()).toEqual(recordsOf(amp.workdir, ttyOf(terminal), id)),
    HANG_MS,
  );
  expect(amp.server.threads.get(id)?.messages).toEqual([]);
  await say(terminal, 'one "two"\n$(three)');
  expect(amp.server.threads.get(id)?.messages.map(textOf)[0]).toBe('one "two"\n$(three)');
  await vi.waitFor(
    () => expect(amp.session()).toMatchObject({ neoWelcomeDismissed: true, lastThreadId: id }),
    HANG_MS,
  );
});

test("while the agent channel can't be opened, plain amp records nothing though it created a thread", async () => {
  skipTour(amp);
  amp.server.behave(behaviours.status(503), { only: 'socket' });
  const terminal = amp.open([]);
  await terminal.until(isReady);
  await send(terminal, 'hello');
  // It keeps saying that it connects or reconnects, and never that it has a connection.
  await terminal.until((screen) => screen.includes('Reconnecting in') && isConnecting(screen));
  expect(amp.server.threads.size).toBe(1);
  expect([amp.session()?.['lastThreadId'], amp.lastThreads()]).toEqual([undefined, {}]);
});

test('folders of one checkout share a record: the root of the git checkout names it', async () => {
  await execa('git', ['init', '-q'], { cwd: amp.workdir, env: { HOME: amp.home } });
  const below = join(amp.workdir, 'a/b');
  mkdirSync(below, { recursive: true });
  await execa('amp', ['threads', 'new'], {
    cwd: below,
    env: ampEnv(amp),
    extendEnv: false,
    stdin: 'ignore',
  });
  const [id] = amp.server.threads.keys();
  expect(amp.lastThreads()).toEqual(recordsOf(amp.workdir, 'tty:/dev/null', id));
});

test('a home that never ran amp shows the tour in place of the input box', async () => {
  const terminal = amp.open(['threads', 'continue', amp.server.addThread()]);
  await terminal.until((screen) => screen.includes('Space to continue'));
  expect(hasInputBox(terminal.screen())).toBe(false);
});

function ttyOf(terminal: Terminal): string {
  return `tty:${readlinkSync(`/proc/${terminal.pid}/fd/0`)}`;
}
