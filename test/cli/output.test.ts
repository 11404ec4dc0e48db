import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../shim/system/exit.ts';
import { makeBench } from '../support/cli/bench.ts';
import { ampSession, type Home } from '../support/cli/home.ts';

/** Runs a command whose output the kernel refuses, as on a full disk. */
async function intoFull({ project, env }: Home, args: readonly string[], stream: 'stdout' | 'stderr') {
  const full = openSync('/dev/full', 'w');
  try {
    const options = { cwd: project, env, extendEnv: false, reject: false, stdin: 'ignore' as const };
    return await execa('amp-session', args, { ...options, [stream]: full });
  } finally {
    closeSync(full);
  }
}

describe("output that can't be written", () => {
  it.each([
    ['status'],
    ['status', '--json'],
    ['list'],
    ['show'],
    ['export'],
    ['doctor'],
    ['send', 'hello'],
    ['new'],
    ['--help'],
    ['--version'],
    ['completion', 'bash'],
  ])('%s %s: a full disk is an error, and reported', async (...args) => {
    const { home } = await makeBench();
    const { exitCode, stderr } = await intoFull(home, args, 'stdout');
    expect(stderr).toMatch(/^amp-session: The output could not be written \(ENOSPC.*\)\./m);
    expect(exitCode).toBe(EXIT.failed);
  });

  it("a log that can't be written stops no command", async () => {
    const { home } = await makeBench();
    const { exitCode, stdout } = await intoFull(home, ['list', '--key', 'docs', '--json'], 'stderr');
    expect({ exitCode, keys: JSON.parse(stdout).keys.length }).toEqual({ exitCode: EXIT.ok, keys: 1 });
    const said = await intoFull(home, ['list', '--key', 'docs'], 'stderr');
    expect(said.exitCode).toBe(EXIT.ok);
  });
});

describe('nothing to show', () => {
  it('list says so, and writes nothing to a pipe', async () => {
    const { home } = await makeBench();
    expect(await ampSession(home, ['list', '--key', 'docs'])).toEqual({
      exitCode: EXIT.ok,
      stdout: '',
      stderr: "amp-session: The key 'docs' has no thread yet.\n",
    });
  });
});

it.each(['--version', '-V'])('%s is the version of the module', async (option) => {
  const { home } = await makeBench();
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(await ampSession(home, [option])).toEqual({
    exitCode: EXIT.ok,
    stdout: `amp-session ${version}\n`,
    stderr: '',
  });
});

it('escape sequences in a key or a folder never reach the terminal', async () => {
  const { home } = await makeBench();
  const key = 'chat\u001b]0;owned\u0007\u202e';
  const project = join(home.project, 'x\u001b[31m');
  await execa('mkdir', [project]);
  expect((await ampSession({ ...home, project }, ['send', 'hi', '--key', key])).exitCode).toBe(EXIT.ok);
  for (const args of [['status'], ['show'], ['list'], ['doctor'], ['new'], ['continue'], ['forget', 'x']]) {
    const { stdout, stderr } = await ampSession({ ...home, project }, [...args, '--key', key]);
    expect(stdout + stderr, args.join(' ')).not.toMatch(/(?!\n|\t)[\p{Cc}\p{Cf}]/u);
  }
});
