// Amp's record per terminal, by which the agent is followed (shim/amp/terminal-record.ts,
// shim/amp/opened.ts).

import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { ampFolders } from '../../shim/amp/folders.ts';
import { openedSince } from '../../shim/amp/opened.ts';
import { terminalRecord } from '../../shim/amp/terminal-record.ts';
import { skipTour } from '../support/amp/home.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { recordsOf } from '../support/amp/records.ts';
import { hasInputBox, isReady } from '../support/amp/screen.ts';
import { behaviours, textOf } from '../support/amp/server.ts';
import { choose, say } from '../support/amp/typing.ts';
import { HANG_MS } from '../support/limits.ts';
import type { Terminal } from '../support/terminal.ts';

const OWN = { TERM_SESSION_ID: 'amp-session-0123456789abcdef' };
/**
 * Amp prefers each of these to TERM_SESSION_ID, so start.sh unsets them. In the name of the record it calls each by
 * its first word.
 */
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

const named = () => terminalRecord(ampFolders(amp.home), amp.workdir, OWN.TERM_SESSION_ID)?.thread ?? null;
const isNamed = (thread: string | undefined) =>
  vi.waitFor(() => expect(named()).toBe(thread), { timeout: HANG_MS });
const others = (...known: string[]) => [...amp.server.threads.keys()].filter((id) => !known.includes(id));

const said = (thread: string) => amp.server.threads.get(thread)?.messages.map(textOf);

/** Has `amp threads new` create a thread. */
async function created(env: Readonly<Record<string, string>>): Promise<string> {
  const known = [...amp.server.threads.keys()];
  await amp.run(['threads', 'new'], { env });
  return others(...known)[0] ?? '';
}

/** Opens a thread on a terminal. */
async function opened(env: Readonly<Record<string, string>>): Promise<string> {
  const id = amp.server.addThread();
  await amp.open(['threads', 'continue', id], env).until(isReady);
  return id;
}

async function open(id: string): Promise<Terminal> {
  const terminal = amp.open(['threads', 'continue', id], OWN);
  await terminal.until(isReady);
  await isNamed(id);
  return terminal;
}

test('it is a small file that names the open thread, follows the agent to another, and is not changed by programs without that identity', async () => {
  const id = amp.server.addThread({ messages: [{ role: 'user', text: 'said before' }] });
  const terminal = await open(id);
  expect(amp.server.threads.get(id)?.messages, 'before any message').toHaveLength(1);
  const folder = join(amp.home, '.local/share/amp/last-threads');
  for (const name of readdirSync(folder)) {
    const file = lstatSync(join(folder, name));
    expect([file.isFile(), file.size]).toEqual([true, 40]);
  }

  await choose(terminal, 'thread new');
  expect(named()).toBe(id);
  await say(terminal, 'somewhere else');
  const [opened] = others(id);
  await isNamed(opened);
  await choose(terminal, 'switch to previous');
  await isNamed(id);

  await amp.run(['threads', 'new']);
  await amp.run(['threads', 'archive', '--unarchive', id]);
  await amp.run(['-x', 'hello']);
  expect(named()).toBe(id);
});

test('each variable that a stronger terminal sets takes precedence over TERM_SESSION_ID', async () => {
  for (const name of STRONGER) {
    // The TUI for one of them: the others cost half as much with a command that writes the same record.
    const env = { ...OWN, [name]: '%1' };
    const id = name === STRONGER[0] ? await opened(env) : await created(env);
    const program = name.split('_')[0]?.toLowerCase();
    await vi.waitFor(
      () => expect(amp.lastThreads(), name).toMatchObject(recordsOf(amp.workdir, `${program}:%1`, id)),
      HANG_MS,
    );
  }
  expect(named()).toBe(null);
  const last = await created(OWN);
  expect(named()).toBe(last);
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
  expect(openedSince(folders, (_name, at) => at >= begin)).toEqual([id]);
});

test('a message typed while the thread is loading goes to a new one: Amp records that, then returns', async () => {
  const begin = Date.now();
  const id = amp.server.addThread();
  const { behaviour, release } = behaviours.held();
  amp.server.behave(behaviour, { only: 'openThread' });
  const terminal = amp.open(['threads', 'continue', id], OWN);
  await terminal.until((screen) => hasInputBox(screen) && screen.includes('Loading Thread'));
  await say(terminal, 'too early');
  const [opened = '', ...more] = others(id);
  expect(more).toEqual([]);
  expect([id, opened].map(said)).toEqual([[], ['too early', 'I heard: too early']]);
  await isNamed(opened);
  release();
  await isNamed(id);
  expect(openedSince(ampFolders(amp.home), (_name, at) => at >= begin)).toEqual(
    expect.arrayContaining([id, opened]),
  );
  expect(existsSync(join(amp.home, `.cache/amp/logs/threads/${opened}.log`))).toBe(true);
  await say(terminal, 'later');
  expect([said(opened)?.[0], said(id)?.[0]]).toEqual(['too early', 'later']);
});
