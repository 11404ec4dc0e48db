import { createHash } from 'node:crypto';
import { mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { skipTour } from '../support/amp/home.ts';
import { ampEnv } from '../support/amp/real-amp.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { hasInputBox, isReady } from '../support/amp/screen.ts';
import { behaviours, textOf } from '../support/amp/server.ts';
import { HANG_MS } from '../support/limits.ts';
import type { Terminal } from '../support/terminal.ts';

// What Amp records about its threads in a home: how to find a thread that it opened itself without querying
// the account.
let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});
afterEach(() => amp.close());

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

test('threads continue records the thread when it opens, before any message', async () => {
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
});

test("while the agent channel can't be opened, plain amp records nothing though it created a thread", async () => {
  skipTour(amp);
  amp.server.behave(behaviours.status(503), { only: 'socket' });
  const terminal = amp.open([]);
  await terminal.until(isReady);
  await terminal.paste('hello');
  await terminal.until((screen) => screen.includes('hello'));
  terminal.type('\r');
  await terminal.until((screen) => screen.includes('Reconnecting'));
  expect(amp.server.threads.size).toBe(1);
  expect([amp.session()?.['lastThreadId'], amp.lastThreads()]).toEqual([undefined, {}]);
});

test('threads new writes the same records, under the name of its standard input', async () => {
  await amp.run(['threads', 'new']);
  const [id] = amp.server.threads.keys();
  expect(amp.session()).toMatchObject({ lastThreadId: id, neoWelcomeDismissed: false });
  expect(amp.lastThreads()).toEqual(recordsOf(amp.workdir, '/dev/null', id));
});

test('a headless turn has records of its own', async () => {
  await amp.run(['-x', 'hello']);
  const [id] = amp.server.threads.keys();
  expect(amp.session()).toMatchObject({ lastExecuteThreadId: id });
  expect(amp.session()?.['lastThreadId']).toBeUndefined();
  expect(amp.lastThreads()).toEqual(recordsOf(amp.workdir, '/dev/null', id, 'execute'));
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
  expect(amp.lastThreads()).toEqual(recordsOf(amp.workdir, '/dev/null', id));
});

test('a home that never ran amp shows the tour in place of the input box', async () => {
  const terminal = amp.open(['threads', 'continue', amp.server.addThread()]);
  await terminal.until((screen) => screen.includes('Space to continue'));
  expect(hasInputBox(terminal.screen())).toBe(false);
});

test('neoWelcomeDismissed alone skips the tour, and amp keeps it when it adds its own fields', async () => {
  skipTour(amp);
  const id = amp.server.addThread();
  const terminal = amp.open(['threads', 'continue', id]);
  await terminal.until(isReady);
  await say(terminal, 'one "two"\n$(three)');
  expect(amp.server.threads.get(id)?.messages.map(textOf)[0]).toBe('one "two"\n$(three)');
  await vi.waitFor(
    () => expect(amp.session()).toMatchObject({ neoWelcomeDismissed: true, lastThreadId: id }),
    HANG_MS,
  );
});

async function say(terminal: Terminal, text: string): Promise<void> {
  await terminal.paste(text);
  const lastLine = text.split('\n').at(-1) ?? text;
  await terminal.until((screen) => screen.includes(lastLine));
  terminal.type('\r');
  await terminal.until((screen) => screen.includes('I heard:'));
}

/** The files of last-threads/: one for the checkout, one for the checkout and the terminal. */
function recordsOf(
  checkout: string,
  terminal: string,
  id: string | undefined,
  kind = 'interactive',
): Record<string, string | undefined> {
  const names = [hash(checkout), `${hash(checkout)}-${hash(`tty:${terminal}`)}`];
  return Object.fromEntries(names.map((name) => [`${name}-${kind}-session.json`, id]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function ttyOf(terminal: Terminal): string {
  return readlinkSync(`/proc/${terminal.pid}/fd/0`);
}
