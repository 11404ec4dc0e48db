import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findThreadId } from '../../shim/amp/thread-id.ts';
import { type FakeAmp, type FakeScript, installFakeAmp } from '../support/amp/fake-amp.ts';
import { type AmpHome, newAmpHome } from '../support/amp/home.ts';
import { hasInputBox } from '../support/amp/screen.ts';
import { HANG_MS } from '../support/limits.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

const ID = 'T-22222222-2222-4222-8222-222222222222';

let home: AmpHome;
let terminals: Terminal[];
beforeEach(() => {
  home = newAmpHome();
  terminals = [];
});
afterEach(async () => {
  for (const terminal of terminals) await terminal.close();
  home.remove();
});

const install = (script?: FakeScript): FakeAmp =>
  // A quote and a space in the path, as a user's folder may have.
  installFakeAmp(script, join(home.home, "it's a bin"));
const envOf = ({ dir }: FakeAmp) => ({
  HOME: home.home,
  PATH: `${dir}:/usr/bin:/bin`,
  AMP_API_KEY: 'canary',
});
const run = (fake: FakeAmp, args: readonly string[], timeout = HANG_MS) =>
  execa('amp', args, {
    cwd: home.workdir,
    env: envOf(fake),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout,
  });
const open = async (fake: FakeAmp, args: readonly string[]): Promise<Terminal> => {
  const terminal = openTerminal('amp', args, { cwd: home.workdir, env: envOf(fake) });
  terminals.push(terminal);
  await terminal.until(hasInputBox);
  return terminal;
};
const say = async (terminal: Terminal, text: string) => {
  const before = terminal.screen();
  await terminal.paste(text);
  terminal.type('\r');
  await terminal.until((screen) => screen.includes('I heard') && screen !== before);
};

describe('commands', () => {
  test('unscripted ones succeed with the real output, and every call is recorded', async () => {
    const fake = install();
    const made = await run(fake, ['--mode', 'low', 'threads', 'new']);
    expect(findThreadId(made.stdout)).toMatch(/^T-/);
    expect(home.session()).toMatchObject({ lastThreadId: findThreadId(made.stdout) });
    expect((await run(fake, ['threads', 'archive', '--unarchive', ID])).stdout).toBe(
      '✓ Thread unarchived successfully',
    );
    expect(fake.calls()).toEqual([
      { argv: ['--mode', 'low', 'threads', 'new'], cwd: home.workdir, matched: null },
      { argv: ['threads', 'archive', '--unarchive', ID], cwd: home.workdir, matched: null },
    ]);
  });

  test('scripted ones answer as scripted, the longest match first', async () => {
    const fake = install({
      commands: { threads: { exitCode: 9 }, 'threads new': { exitCode: 1, stderr: 'no\n' } },
    });
    expect(await run(fake, ['--mode', 'low', 'threads', 'new'])).toMatchObject({ exitCode: 1, stderr: 'no' });
    expect((await run(fake, ['threads', 'export', ID])).exitCode).toBe(9);
    fake.rescript({});
    expect((await run(fake, ['threads', 'export', ID])).exitCode).toBe(0);
  });

  test('one can hang after printing', async () => {
    const fake = install({ commands: { 'threads new': { hang: true, stdout: ID } } });
    const hanging = await run(fake, ['threads', 'new'], 1500);
    expect([hanging.timedOut, hanging.stdout]).toEqual([true, ID]);
  });
});

describe('the agent on a terminal', () => {
  test.each([
    ['quotes and substitutions', 'a "b" \'c\' $(d) `e` \\n %s'],
    ['line breaks', 'one\ntwo\n\nthree\r\nfour'],
    ['a leading dash', '--help'],
    ['beyond ASCII', 'é 😀 你好'],
    ['100 KB', 'line of text\n'.repeat(8000).trim()],
  ])('receives %s byte for byte', async (_, message) => {
    const fake = install();
    const terminal = await open(fake, ['threads', 'continue', ID]);
    await say(terminal, message);
    expect(fake.received()).toEqual([{ thread: ID, message }]);
    const { stdout } = await run(fake, ['threads', 'export', ID]);
    expect(JSON.parse(stdout)).toMatchObject({ id: ID, messages: [{ content: [{ text: message }] }] });
  });

  test('the same message twice changes the screen twice', async () => {
    const fake = install();
    const terminal = await open(fake, ['threads', 'continue', ID]);
    await say(terminal, 'again');
    await say(terminal, 'again');
    expect(fake.received()).toHaveLength(2);
  });

  test('typed keys, backspace included, make a message; cursor keys do not', async () => {
    const fake = install();
    const terminal = await open(fake, ['threads', 'continue', ID]);
    terminal.type('x\bhé\x7fi\x1b[A\r');
    await terminal.until((screen) => screen.includes('I heard'));
    expect(fake.received()).toEqual([{ thread: ID, message: 'hi' }]);
  });

  test('a continued thread is recorded when it opens, one of its own from its first message', async () => {
    const fake = install();
    const own = await open(fake, []);
    expect(home.session()).toBeNull();
    await say(own, 'hello');
    const { thread } = fake.received()[0] ?? {};
    expect(home.session()).toEqual({ lastThreadId: thread });
    expect(Object.values(home.lastThreads())).toEqual([thread, thread]);
    await open(fake, ['threads', 'continue', ID]);
    expect(home.session()).toEqual({ lastThreadId: ID });
  });

  test.each(['SIGHUP', 'SIGTERM'] as const)('%s ends it with status 0', async (signal) => {
    const fake = install();
    const terminal = await open(fake, []);
    terminal.kill(signal);
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
    expect(fake.received()).toEqual([]);
  });
});
