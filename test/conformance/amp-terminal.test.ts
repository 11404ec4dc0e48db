import { afterEach, beforeEach, expect, test } from 'vitest';
import { skipTour } from '../support/amp/home.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { hasInputBox, isReady } from '../support/amp/screen.ts';
import { behaviours, textOf } from '../support/amp/server.ts';
import type { Terminal } from '../support/terminal.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
  skipTour(amp);
});
afterEach(() => amp.close());

const openThread = async (id: string, options: readonly string[] = []): Promise<Terminal> => {
  const terminal = amp.open([...options, 'threads', 'continue', id]);
  await terminal.until(isReady);
  return terminal;
};

test('a thread can also be continued by its URL, with its messages', async () => {
  const id = amp.server.addThread({ messages: [{ role: 'user', text: 'said before' }] });
  const terminal = amp.open(['threads', 'continue', `${amp.server.url}/threads/${id}`]);
  await terminal.until((screen) => isReady(screen) && screen.includes('said before'));
});

test('a message sent while the thread is still loading goes to a new thread, not to the one given', async () => {
  const id = amp.server.addThread();
  amp.server.behave(behaviours.slow(5000), { only: 'openThread' });
  const terminal = amp.open(['threads', 'continue', id]);
  await terminal.until((screen) => hasInputBox(screen) && screen.includes('Loading Thread'));
  await terminal.paste('hello');
  await terminal.until((screen) => screen.includes('hello'));
  terminal.type('\r');
  await terminal.until((screen) => screen.includes('I heard: hello'));
  expect(amp.server.threads.get(id)?.messages).toEqual([]);
  const others = [...amp.server.threads.values()].filter((thread) => thread.id !== id);
  expect(others.map(({ messages }) => messages.map(textOf))).toEqual([['hello', 'I heard: hello']]);
});

test('an archived thread opens, but takes no message', async () => {
  const id = amp.server.addThread({ archived: true, messages: [{ role: 'user', text: 'said before' }] });
  const terminal = amp.open(['threads', 'continue', id]);
  await terminal.until((screen) => screen.includes('said before'));
  await terminal.paste('more');
  terminal.type('\r');
  // Keys are handled in order: once Ctrl-C shows, everything typed before it has been processed.
  terminal.type('\x03');
  await terminal.until((screen) => /ctrl.?c/i.test(screen));
  terminal.type('\x03');
  await terminal.ended;
  expect(amp.server.threads.get(id)?.messages.map(textOf)).toEqual(['said before']);
});

test('a pasted message of 100 KB arrives byte for byte', async () => {
  const id = amp.server.addThread();
  const terminal = await openThread(id);
  const line = 'x "quoted" \'single\' $(echo no) `no` \\n é 😀 -- ';
  const message = Array.from({ length: 2000 }, (_, row) => `${row} ${line.trim()}`).join('\n');
  expect(Buffer.byteLength(message)).toBeGreaterThan(100_000);
  await terminal.paste(message);
  await terminal.until((screen) => screen.includes('1999 x'));
  terminal.type('\r');
  await terminal.until((screen) => screen.includes('I heard:'));
  expect(amp.server.threads.get(id)?.messages.map(textOf)[0] === message).toBe(true);
});

test('Ctrl-C twice ends it with status 0', async () => {
  const terminal = await openThread(amp.server.addThread());
  terminal.type('\x03');
  await terminal.until((screen) => /ctrl.?c/i.test(screen));
  terminal.type('\x03');
  expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
});

test('SIGHUP, which a closing terminal sends, ends it', async () => {
  const terminal = await openThread(amp.server.addThread());
  terminal.kill('SIGHUP');
  await terminal.ended;
});

test('SIGTERM does not end it within three seconds', async () => {
  const terminal = await openThread(amp.server.addThread());
  terminal.kill('SIGTERM');
  const first = await Promise.race([
    terminal.ended,
    new Promise((resolve) => setTimeout(resolve, 3000, 'alive')),
  ]);
  expect(first).toBe('alive');
});
