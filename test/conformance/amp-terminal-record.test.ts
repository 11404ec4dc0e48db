// Amp's record per terminal, by which the agent is followed (shim/amp/terminal-record.ts,
// shim/amp/opened.ts).
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ampFolders } from '../../shim/amp/folders.ts';
import { openedSince } from '../../shim/amp/opened.ts';
import { terminalRecord } from '../../shim/amp/terminal-record.ts';
import { skipTour } from '../support/amp/home.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { hasInputBox, isReady } from '../support/amp/screen.ts';
import { behaviours, textOf } from '../support/amp/server.ts';
import { HANG_MS } from '../support/limits.ts';
import type { Terminal } from '../support/terminal.ts';

const OWN = { TERM_SESSION_ID: 'amp-session-0123456789abcdef' };
/** Amp prefers each of these to TERM_SESSION_ID, so start.sh unsets them. */
const STRONGER = [
  'TMUX_PANE',
  'ITERM_SESSION_ID',
  'WEZTERM_PANE',
  'KITTY_WINDOW_ID',
  'GHOSTTY_SURFACE_ID',
  'WT_SESSION',
];

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
  skipTour(amp);
});
afterEach(() => amp.close());

const named = () => terminalRecord(ampFolders(amp.home), amp.workdir, OWN.TERM_SESSION_ID)?.thread ?? null;
const isNamed = (thread: string | undefined) =>
  vi.waitFor(() => expect(named()).toBe(thread), { timeout: HANG_MS });
const others = (...known: string[]) => [...amp.server.threads.keys()].filter((id) => !known.includes(id));

async function open(id: string): Promise<Terminal> {
  const terminal = amp.open(['threads', 'continue', id], OWN);
  await terminal.until(isReady);
  await isNamed(id);
  return terminal;
}

async function say(terminal: Terminal, text: string): Promise<void> {
  await terminal.paste(text);
  await terminal.until((screen) => screen.includes(text));
  terminal.type('\r');
  await terminal.until((screen) => screen.includes(`I heard: ${text}`));
}

async function choose(terminal: Terminal, command: string): Promise<void> {
  terminal.type('\x0f');
  await terminal.until((screen) => /palette/i.test(screen));
  await terminal.paste(command);
  await terminal.until((screen) => screen.includes(command));
  terminal.type('\r');
  await terminal.until((screen) => !/palette/i.test(screen));
}

test('it is a small file naming the thread, written as soon as the thread is open, before any message', async () => {
  await open(amp.server.addThread());
  const folder = join(amp.home, '.local/share/amp/last-threads');
  for (const name of readdirSync(folder)) {
    const file = lstatSync(join(folder, name));
    expect([file.isFile(), file.size]).toEqual([true, 40]);
  }
});

test.each(STRONGER)('%s takes precedence over TERM_SESSION_ID', async (name) => {
  const id = amp.server.addThread();
  const terminal = amp.open(['threads', 'continue', id], { ...OWN, [name]: '%1' });
  await terminal.until(isReady);
  await vi.waitFor(() => expect(amp.session()?.['lastThreadId']).toBe(id), { timeout: HANG_MS });
  expect(named()).toBe(null);
});

test('it follows a new thread from the palette with its first message, and a switch back at once', async () => {
  const id = amp.server.addThread({ messages: [{ role: 'user', text: 'said before' }] });
  const terminal = await open(id);
  await choose(terminal, 'thread new');
  expect(named()).toBe(id);
  await say(terminal, 'somewhere else');
  const [opened] = others(id);
  await isNamed(opened);
  await choose(terminal, 'switch to previous');
  await isNamed(id);
});

test('it is where XDG_DATA_HOME says, and the logs of threads where XDG_CACHE_HOME says', async () => {
  const xdg = { XDG_DATA_HOME: join(amp.home, 'data'), XDG_CACHE_HOME: join(amp.home, 'cache') };
  const folders = ampFolders(amp.home, xdg);
  amp.write('data/amp/session.json', '{"neoWelcomeDismissed":true}');
  const begin = Date.now();
  const id = amp.server.addThread();
  const terminal = amp.open(['threads', 'continue', id], { ...OWN, ...xdg });
  await terminal.until(isReady);
  await vi.waitFor(() => expect(terminalRecord(folders, amp.workdir, OWN.TERM_SESSION_ID)?.thread).toBe(id), {
    timeout: HANG_MS,
  });
  expect(named()).toBe(null);
  expect(existsSync(join(folders.cache, `logs/threads/${id}.log`))).toBe(true);
  expect(openedSince(folders, begin)).toEqual([id]);
});

test("it is unaffected by a program without that terminal's identity", async () => {
  const id = amp.server.addThread();
  await open(id);
  await amp.run(['threads', 'new']);
  await amp.run(['threads', 'archive', '--unarchive', id]);
  await amp.run(['-x', 'hello']);
  expect(named()).toBe(id);
});

test('a message typed while the thread is loading opens another: Amp records that one, then returns', async () => {
  const begin = Date.now();
  const id = amp.server.addThread();
  amp.server.behave(behaviours.slow(5_000), { only: 'openThread' });
  const terminal = amp.open(['threads', 'continue', id], OWN);
  await terminal.until((screen) => hasInputBox(screen) && screen.includes('Loading Thread'));
  await say(terminal, 'too early');
  const [opened = ''] = others(id);
  await isNamed(opened);
  await isNamed(id);
  expect(openedSince(ampFolders(amp.home), begin)).toEqual(expect.arrayContaining([id, opened]));
  expect(existsSync(join(amp.home, `.cache/amp/logs/threads/${opened}.log`))).toBe(true);
  await say(terminal, 'later');
  const said = (thread: string) => amp.server.threads.get(thread)?.messages.map(textOf)[0];
  expect([said(opened), said(id)]).toEqual(['too early', 'later']);
});
