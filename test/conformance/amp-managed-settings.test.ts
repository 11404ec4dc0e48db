// What an image puts into /etc/ampcode/managed-settings.json, which only root can write. The real one stays as it
// is: Amp runs in a mount namespace of its own, with a copy of /etc.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SETTINGS, skipTour } from '../support/amp/home.ts';
import { ampEnv } from '../support/amp/real-amp.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { isReady } from '../support/amp/screen.ts';
import { temporaryFolder } from '../support/folders.ts';
import { openTerminal } from '../support/terminal.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});
afterEach(() => amp.close());

const rule = (action: string, cmd: string) => ({
  'amp.permissions': [{ tool: 'Bash', matches: { cmd }, action }],
});
const ALLOW_ALL = { 'amp.permissions': [{ tool: '*', action: 'allow' }] };

/** A command line that sees an /etc with these managed settings. */
function managedBy(
  managed: object | string,
  command: readonly string[],
): readonly [string, readonly string[]] {
  const etc = join(temporaryFolder(), 'etc');
  cpSync('/etc', etc, { recursive: true, filter: (path) => !/shadow|sudoers|ssl.private/.test(path) });
  mkdirSync(join(etc, 'ampcode'), { recursive: true });
  const text = typeof managed === 'string' ? managed : JSON.stringify(managed);
  writeFileSync(join(etc, 'ampcode/managed-settings.json'), text);
  const mount = 'mount --bind "$1" /etc && shift && exec "$@"';
  return ['unshare', ['-rm', 'sh', '-c', mount, 'sh', etc, ...command]];
}

/** Has Amp run `touch ran` in a headless turn, and returns what came of it. */
async function touch(
  managed: object | string,
  user: object,
  ...options: readonly string[]
): Promise<{ ran: boolean; answer: string }> {
  amp.write(SETTINGS, JSON.stringify(user));
  const thread = amp.server.addThread();
  const turn = ['amp', ...options, 'threads', 'continue', thread, '-x', 'run: touch ran'];
  const { stdout, stderr } = await execa(...managedBy(managed, turn), {
    cwd: amp.workdir,
    env: ampEnv(amp),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
  return { ran: existsSync(join(amp.workdir, 'ran')), answer: stdout + stderr };
}

const REFUSED = { ran: false, answer: expect.stringContaining('Rejected by user permissions') };
const RAN = { ran: true, answer: expect.stringContaining('"exitCode":0') };

test('a managed rule comes before the rules of a user, who allows everything', async () => {
  expect(await touch(rule('reject', '*touch*'), ALLOW_ALL)).toEqual(REFUSED);
});

test("only what a managed rule names is refused; the user's settings hold for the rest", async () => {
  expect(await touch(rule('reject', '*git push*'), ALLOW_ALL)).toEqual(RAN);
});

test("a user's rule refuses as well", async () => {
  expect(await touch({}, rule('reject', '*touch*'))).toEqual(REFUSED);
});

const UNASKED = { 'amp.dangerouslyAllowAll': true };

test("the user's dangerouslyAllowAll gets round a managed rule, unless it is managed too", async () => {
  const managed = rule('reject', '*touch*');
  expect(await touch(managed, UNASKED)).toEqual(RAN);
  rmSync(join(amp.workdir, 'ran'));
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
    ran: false,
    answer: expect.stringContaining('is disabled: settings'),
  });
});

test("managed settings that aren't JSON are ignored, without a word", async () => {
  const { answer } = await touch(`${JSON.stringify(rule('reject', '*touch*'))},`, {});
  expect(answer).toMatch(/^I got: .*"exitCode":0.*\}$/);
});

test('a managed rule holds in the TUI too', async () => {
  skipTour(amp);
  amp.write(SETTINGS, JSON.stringify(ALLOW_ALL));
  const thread = amp.server.addThread();
  const open = managedBy(rule('reject', '*touch*'), ['amp', 'threads', 'continue', thread]);
  const terminal = openTerminal(...open, { cwd: amp.workdir, env: ampEnv(amp) });
  try {
    await terminal.until(isReady);
    await terminal.paste('run: touch ran');
    await terminal.until((screen) => screen.includes('run: touch ran'));
    terminal.type('\r');
    await terminal.until((screen) => screen.includes('Rejected by user'));
    expect(existsSync(join(amp.workdir, 'ran'))).toBe(false);
  } finally {
    await terminal.close();
  }
});
