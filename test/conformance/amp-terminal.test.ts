import { beforeEach, expect, test } from 'vitest';
import { skipTour } from '../support/amp/home.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { isReady } from '../support/amp/screen.ts';
import { textOf } from '../support/amp/server.ts';
import { quit, say, shows } from '../support/amp/typing.ts';
import type { Terminal } from '../support/terminal.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
  skipTour(amp);
});

/** Opens a thread and has it hear a message. The TUI leaves it in the mode that it was created with. */
async function hearIn(mode: string, thread: string): Promise<Terminal> {
  const [id = ''] = /T-[0-9a-f-]{36}$/.exec(thread) ?? [];
  const terminal = amp.open(['--mode', mode, 'threads', 'continue', thread]);
  await terminal.until(isReady);
  for (const message of amp.server.threads.get(id)?.messages ?? []) await shows(terminal, textOf(message));
  await say(terminal, 'hello');
  const heard = amp.server.threads.get(id)?.messages.find((message) => textOf(message) === 'hello');
  expect(heard).toBeDefined();
  expect(heard?.agentMode).toBeUndefined();
  return terminal;
}

test('a thread can also be continued by its URL, with its messages, whatever --mode says; Ctrl-C twice ends it with status 0', async () => {
  const id = amp.server.addThread({ messages: [{ role: 'user', text: 'said before' }] });
  const terminal = await hearIn('bogus', `${amp.server.url}/threads/${id}`);
  expect(await quit(terminal)).toEqual({ exitCode: 0, signal: 0 });
});

test('a thread opens with --mode low too, and SIGTERM does not end it within three seconds', async () => {
  const terminal = await hearIn('low', amp.server.addThread());
  terminal.kill('SIGTERM');
  const first = await Promise.race([
    terminal.ended,
    new Promise((resolve) => setTimeout(resolve, 3000, 'alive')),
  ]);
  expect(first).toBe('alive');
});

test('an archived thread opens, but takes no message', async () => {
  const id = amp.server.addThread({ archived: true, messages: [{ role: 'user', text: 'said before' }] });
  const terminal = amp.open(['threads', 'continue', id]);
  await shows(terminal, 'said before');
  await terminal.paste('more');
  terminal.type('\r');
  // Keys are handled in order: once Ctrl-C shows, everything typed before it has been processed.
  await quit(terminal);
  expect(amp.server.threads.get(id)?.messages.map(textOf)).toEqual(['said before']);
});

test('a pasted message of 100 KB arrives byte for byte; SIGHUP, which a closing terminal sends, ends it', async () => {
  const id = amp.server.addThread();
  const terminal = amp.open(['threads', 'continue', id]);
  await terminal.until(isReady);
  const line = 'x "quoted" \'single\' $(echo no) `no` \\n é 😀 -- ';
  const message = Array.from({ length: 2000 }, (_, row) => `${row} ${line.trim()}`).join('\n');
  expect(Buffer.byteLength(message)).toBeGreaterThan(100_000);
  await terminal.paste(message);
  await shows(terminal, '1999 x');
  terminal.type('\r');
  await shows(terminal, 'I heard:');
  expect(amp.server.threads.get(id)?.messages.map(textOf)[0] === message).toBe(true);
  terminal.kill('SIGHUP');
  await terminal.ended;
});
