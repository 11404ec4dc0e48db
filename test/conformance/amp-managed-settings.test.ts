// What an image puts into /etc/ampcode/managed-settings.json, which only root can write. The real one stays as it
// is: Amp runs in a mount namespace of its own, with a copy of /etc.

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { SETTINGS, skipTour } from '../support/amp/home.ts';
import { ampEnv } from '../support/amp/real-amp.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { isReady } from '../support/amp/screen.ts';
import { send, shows } from '../support/amp/typing.ts';
import { folderOfFile } from '../support/folders.ts';
import { openTerminal } from '../support/terminal.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

const rule = (action: string, cmd: string) => ({
  'amp.permissions': [{ tool: 'Bash', matches: { cmd }, action }],
});
const ALLOW_ALL = { 'amp.permissions': [{ tool: '*', action: 'allow' }] };

const etc = folderOfFile();
beforeAll(() => {
  cpSync('/etc', etc, { recursive: true, filter: (path) => !/shadow|sudoers|ssl.private/.test(path) });
  mkdirSync(join(etc, 'ampcode'), { recursive: true });
});

/** A command line that sees an /etc with these managed settings, until the next ones. */
function managedBy(
  managed: object | string,
  command: readonly string[],
): readonly [string, readonly string[]] {
  const text = typeof managed === 'string' ? managed : JSON.stringify(managed);
  writeFileSync(join(etc, 'ampcode/managed-settings.json'), text);
  const mount = 'mount --bind "$1" /etc && shift && exec "$@"';
  return ['unshare', ['-rm', 'sh', '-c', mount, 'sh', etc, ...command]];
}

/** What each is to leave behind; a rule can name one of them. */
const TOUCH = 'touch touched';
const MKDIR = 'mkdir made';
const LINK = 'ln -s . linked';

/** Has Amp run commands in a headless turn, and returns what came of it: what is there then, and what it was told. */
async function run(
  commands: readonly string[],
  managed: object | string,
  user: object,
  ...options: readonly string[]
): Promise<{ there: string[]; answers: string[] }> {
  amp.write(SETTINGS, JSON.stringify(user));
  const thread = amp.server.addThread();
  const message = commands.map((command) => `run: ${command}`).join('\n');
  const turn = ['amp', ...options, 'threads', 'continue', thread, '-x', message];
  const { stdout, stderr } = await execa(...managedBy(managed, turn), {
    cwd: amp.workdir,
    env: ampEnv(amp),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
  return { there: readdirSync(amp.workdir).sort(), answers: (stdout + stderr).split('\n') };
}

/** Has Amp run the one command that managed rules are against here. */
const touch = (managed: object | string, user: object, ...options: readonly string[]) =>
  run([TOUCH], managed, user, ...options);

const NO = expect.stringContaining('Rejected by user permissions');
const YES = expect.stringContaining('"exitCode":0');
const REFUSED = { there: [], answers: [NO] };
const RAN = { there: ['touched'], answers: [YES] };

test("a managed rule comes before the rules of a user who allows everything, refuses only what it names, and a user's rule refuses as well", async () => {
  const user = {
    'amp.permissions': [...rule('reject', '*mkdir*')['amp.permissions'], ...ALLOW_ALL['amp.permissions']],
  };
  expect(await run([TOUCH, MKDIR, LINK], rule('reject', '*touch*'), user)).toEqual({
    there: ['linked'],
    answers: [NO, NO, YES],
  });
});

const UNASKED = { 'amp.dangerouslyAllowAll': true };

test("the user's dangerouslyAllowAll gets round a managed rule, unless it is managed too", async () => {
  const managed = rule('reject', '*touch*');
  expect(await touch(managed, UNASKED)).toEqual(RAN);
  rmSync(join(amp.workdir, 'touched'));
  expect(await touch({ ...managed, 'amp.dangerouslyAllowAll': false }, UNASKED)).toEqual(REFUSED);
});

test('who starts Amp with --dangerously-allow-all gets round every managed rule', async () => {
  const managed = { ...rule('reject', '*touch*'), 'amp.dangerouslyAllowAll': false };
  expect(await touch(managed, {}, '--dangerously-allow-all')).toEqual(RAN);
});

test('a managed list of disabled tools holds against everything', async () => {
  const managed = { 'amp.tools.disable': ['shell_command'] };
  const user = { 'amp.tools.disable': [], ...UNASKED };
  expect(await touch(managed, user, '--dangerously-allow-all')).toEqual({
    there: [],
    answers: [expect.stringContaining('is disabled: settings')],
  });
});

test("managed settings that aren't JSON are ignored, without a word", async () => {
  const { answers } = await touch(`${JSON.stringify(rule('reject', '*touch*'))},`, {});
  expect(answers).toEqual([expect.stringMatching(/^I got: .*"exitCode":0.*\}$/)]);
});

test('a managed rule holds in the TUI too', async () => {
  skipTour(amp);
  amp.write(SETTINGS, JSON.stringify(ALLOW_ALL));
  const thread = amp.server.addThread();
  const open = managedBy(rule('reject', '*touch*'), ['amp', 'threads', 'continue', thread]);
  const terminal = openTerminal(...open, { cwd: amp.workdir, env: ampEnv(amp) });
  try {
    await terminal.until(isReady);
    await send(terminal, 'run: touch touched');
    await shows(terminal, 'Rejected by user');
    expect(existsSync(join(amp.workdir, 'touched'))).toBe(false);
  } finally {
    await terminal.close();
  }
});
