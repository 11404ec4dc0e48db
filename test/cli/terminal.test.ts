import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../shim/system/exit.ts';
import { runAgentDouble } from '../support/cli/agent-double.ts';
import { threadNumbered } from '../support/cli/amp-double.ts';
import { makeDoubleHome } from '../support/cli/bench.ts';
import { ampSession, type Home } from '../support/cli/home.ts';
import { type DatedEvent, recordEvents } from '../support/cli/record.ts';
import { onTerminal } from '../support/cli/screen.ts';
import { stateOf } from '../support/cli/state.ts';

const [ACTIVE, OTHER] = [threadNumbered(0xa0000001), threadNumbered(0xb0000001)] as const;
const ESCAPE = '\u001b';

let home: Home;
let stateFolder: string;

const terminal = (args: readonly string[], env: Record<string, string> = {}) =>
  onTerminal(join(stateFolder, 'bin/amp-session'), args, {
    cwd: home.project,
    env: { ...home.env, ...env },
  });

/** A line of bash in the work folder. */
const bash = (line: string) =>
  execa('bash', ['-c', line], { cwd: home.project, env: home.env, extendEnv: false, reject: false });

const known = (thread: typeof ACTIVE): DatedEvent => ({
  event: 'thread',
  origin: 'new',
  workdir: home.project,
  thread,
  at: '2026-01-01T00:00:00.000Z',
});

beforeEach(async () => {
  ({ home } = makeDoubleHome());
  ({ stateFolder } = home);
  await recordEvents(stateFolder, 'main', [known(ACTIVE), known(OTHER)]);
});

describe('before something ends', () => {
  const ending = [
    [['forget', OTHER], `Remove ${OTHER.slice(0, 10)} from the list? Amp keeps it. [y/N]`],
    [['forget', OTHER, '--delete'], `Permanently delete ${OTHER.slice(0, 10)} at Amp? [y/N]`],
    [['cleanup', '--keep', '1'], 'Forget 1 thread not used for 30d? Amp keeps it. [y/N]'],
  ] as const;

  it.each(ending)('%j does nothing when there is no terminal to ask on', async (args) => {
    const before = stateOf(stateFolder);
    const { exitCode, stdout, stderr } = await ampSession(home, args);
    expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.refused, stdout: '' });
    expect(stderr).toBe(
      'amp-session: This needs confirmation, but there is no terminal to ask on. Nothing was changed; add --yes to go ahead.\n',
    );
    expect(stateOf(stateFolder)).toEqual(before);
  });

  it.each(ending)('%j asks on a terminal, and goes ahead on y', async (args, question) => {
    const before = stateOf(stateFolder);
    const asked = terminal(args);
    await asked.until((text) => text.replaceAll('\n', '').includes(question));
    expect(stateOf(stateFolder)).toEqual(before);
    asked.type('y\r');
    expect((await asked.ended).exitCode).toBe(EXIT.ok);
    expect((await ampSession(home, ['list'])).stdout).not.toContain(OTHER);
  });

  it.each([
    ['n', 'n\r'],
    ['Enter alone', '\r'],
    ['Ctrl-D', '\u0004'],
    ['Ctrl-C', '\u0003'],
  ])('%s changes nothing', async (_, keys) => {
    const before = stateOf(stateFolder);
    const asked = terminal(['forget', OTHER]);
    await asked.until((text) => text.includes('[y/N]'));
    asked.type(keys);
    expect((await asked.ended).exitCode).toBe(EXIT.refused);
    expect(asked.screen()).toMatch(/amp-session: Nothing was changed\.$/);
    expect(stateOf(stateFolder)).toEqual(before);
  });
});

describe('colours', () => {
  it.each([['status'], ['list'], ['show'], ['doctor']])('%s has them on a terminal', async (name) => {
    const shown = terminal([name]);
    await shown.ended;
    expect(shown.raw()).toContain(`${ESCAPE}[`);
  });

  it.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['a terminal that has none', { TERM: 'dumb' }],
  ])('are absent with %s', async (_, env) => {
    for (const args of [['status'], ['list'], ['show'], ['doctor'], ['new'], ['send', 'hello']]) {
      const shown = terminal(args, env);
      expect((await shown.ended).exitCode, shown.screen()).toBe(EXIT.ok);
      expect(shown.raw(), args[0]).not.toContain(`${ESCAPE}[${'TERM' in env ? '' : '3'}`);
    }
  });

  it.each([['status'], ['list'], ['show'], ['doctor']])('%s has none in a pipe', async (name) => {
    const { stdout, stderr } = await ampSession(home, [name], { env: { TERM: 'xterm-256color' } });
    expect(stdout + stderr).not.toContain(ESCAPE);
  });
});

describe('amp-session alone', () => {
  it('shows a person the status and what comes next, and a program the help', async () => {
    const shown = terminal([]);
    await shown.ended;
    expect(shown.screen()).toContain(ACTIVE);
    expect(shown.screen()).toContain("'amp-session continue' opens the thread here");
    const { stdout, exitCode } = await ampSession(home, []);
    expect([exitCode, stdout.split('\n')[0]]).toEqual([0, 'Usage: amp-session <command> [options]']);
  });
});

describe('a table', () => {
  it('fits 80 columns on a terminal, whatever the names are', async () => {
    await ampSession(home, [
      'rename',
      OTHER,
      'Überarbeitung der 日本語 Anmeldeseite, und noch viel mehr als das',
    ]);
    await ampSession(home, ['fork', OTHER, '--name', 'x'.repeat(80)]);
    const shown = terminal(['list']);
    await shown.ended;
    // A header and three threads, one row each.
    expect(shown.screen().split('\n')).toHaveLength(4);
  });

  it('says where the agent is when the next start goes elsewhere', async () => {
    const { project: workdir } = home;
    await recordEvents(stateFolder, 'main', [
      { event: 'launched', thread: OTHER, workdir, prompt: null, lastSeen: null },
    ]);
    onTestFinished(await runAgentDouble(home, true));
    const shown = terminal(['list']);
    await shown.ended;
    expect(shown.screen()).toContain(`\n*  ${ACTIVE.slice(0, 10)}`);
    expect(shown.screen()).toContain(`\n>  ${OTHER.slice(0, 10)}`);
    expect(shown.screen()).toContain('> the agent is here   * the next start is here');
    const { stdout } = await ampSession(home, ['list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ keys: [{ agent: OTHER }] });
    const lines = await ampSession(home, ['list']);
    expect(lines.stdout).toContain(`${OTHER}\tmain\tagent\t`);
  });

  it('is lines of nine tab-separated fields in a pipe', async () => {
    await ampSession(home, ['rename', OTHER, 'login page']);
    const { stdout } = await ampSession(home, ['list']);
    const at = '2026-01-01T00:00:00.000Z';
    expect(stdout.split('\n').map((line) => line.split('\t'))).toEqual([
      [ACTIVE, 'main', 'active', '', '', at, at, '0', ''],
      [OTHER, 'main', '', 'login page', '', at, at, '0', ''],
      [''],
    ]);
  });

  it('lets no name, title or key move the cursor', async () => {
    const evil = `a${ESCAPE}[2Jb`;
    await recordEvents(stateFolder, evil, [
      known(threadNumbered(0xc0000001)),
      { event: 'titled', thread: threadNumbered(0xc0000001), title: evil },
    ]);
    for (const args of [
      ['list', '--all'],
      ['status', '--key', evil],
      ['show', '--key', evil],
      ['show', evil],
      ['list', '--key', `${evil}2`],
    ]) {
      const shown = terminal(args);
      await shown.ended;
      expect(shown.raw(), args.join(' ')).not.toContain(`${ESCAPE}[2J`);
    }
  });
});

describe('with less than a full terminal', () => {
  it('a reader that closes the pipe early is not an error', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => known(threadNumbered(0x10000000 + index)));
    await recordEvents(stateFolder, 'main', many);
    const { stdout, stderr, exitCode } = await bash(
      'set -o pipefail; amp-session list --limit 5000 | head -1; amp-session list --limit 5000 --json | head -c 1',
    );
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^T-[^\n]+\n\{$/);
  });

  it.each([
    ['without a controlling terminal', 'setsid -w'],
    ['with standard input closed', '<&-'],
    ['with standard error closed', '2>&-'],
  ])('works %s', async (_, how) => {
    for (const command of ['status', 'list', 'show', "send 'hello'"]) {
      const words = how.includes('&') ? `amp-session ${command} ${how}` : `${how} amp-session ${command}`;
      const { exitCode, stdout, stderr } = await bash(words);
      expect(exitCode, `${words}: ${stderr}`).toBe(0);
      expect(stdout).not.toBe('');
    }
  });

  it('standard input is the message, and an empty one is refused', async () => {
    expect((await ampSession(home, ['send'], { input: 'two\nlines' })).stdout).toBe('I heard: two\nlines\n');
    const closed = await bash('amp-session send <&-');
    expect(closed.exitCode).toBe(EXIT.usage);
    expect(closed.stderr).toBe('amp-session: The message is empty; nothing was sent.');
  });

  it("'continue' says what to use instead", async () => {
    const { exitCode, stdout, stderr } = await ampSession(home, ['continue']);
    expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.usage, stdout: '' });
    expect(stderr).toBe("amp-session: 'continue' needs a terminal. Without one, use 'amp-session send'.\n");
  });
});
