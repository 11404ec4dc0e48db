import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { seal } from '../../shim/store/seal.ts';
import { EXIT } from '../../shim/system/exit.ts';
import { threadNumbered } from '../support/cli/amp-double.ts';
import { makeBench } from '../support/cli/bench.ts';
import { ampSession, type Home } from '../support/cli/home.ts';

/** Runs a command whose output the kernel refuses, as a full disk does. */
async function intoFull({ project, env }: Home, args: readonly string[], stream: 'stdout' | 'stderr') {
  const full = openSync('/dev/full', 'w');
  try {
    const options = { cwd: project, env, extendEnv: false, reject: false, stdin: 'ignore' as const };
    return await execa('amp-session', args, { ...options, [stream]: full });
  } finally {
    closeSync(full);
  }
}

describe('output that can not be written', () => {
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
  ])('%s %s: a full disk is a failure, and said', async (...args) => {
    const { home } = await makeBench();
    const { exitCode, stderr } = await intoFull(home, args, 'stdout');
    expect(stderr).toMatch(/^amp-session: The output could not be written \(ENOSPC.*\)\./m);
    expect(exitCode).toBe(EXIT.failed);
  });

  it('a reader that has seen enough is none', async () => {
    const { home } = await makeBench();
    const { stdout, stderr } = await execa(
      'bash',
      // The reader is gone before anything is written.
      ['-c', '{ sleep 0.1; amp-session export; echo "exit $?" >&2; } | true; echo done'],
      { cwd: home.project, env: home.env, extendEnv: false },
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'done', stderr: 'exit 0' });
  });

  it('a log that can not be written ends no command', async () => {
    const { home } = await makeBench();
    const { exitCode, stdout } = await intoFull(home, ['list', '--key', 'docs', '--json'], 'stderr');
    expect({ exitCode, keys: JSON.parse(stdout).keys.length }).toEqual({ exitCode: EXIT.ok, keys: 1 });
    const said = await intoFull(home, ['list', '--key', 'docs'], 'stderr');
    expect(said.exitCode).toBe(EXIT.ok);
  });
});

describe('nothing to show', () => {
  it('list says so, and gives a pipe nothing', async () => {
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

it('a key and a folder with escape sequences never reach the terminal as such', async () => {
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

it('an import of 150,000 events is taken whole', async () => {
  const { home } = await makeBench();
  const path = join(home.project, 'other.json');
  const exported = JSON.parse(readFileSync(path, 'utf8'));
  const known = { event: 'thread', thread: threadNumbered(0xd), origin: 'new', workdir: home.project };
  const line = seal({ seq: 1, at: '2026-01-01T00:00:00.000Z', ...known });
  exported.history = Array.from({ length: 150_000 }, () => line);
  writeFileSync(path, JSON.stringify(exported));
  const { exitCode, stdout, stderr } = await ampSession(home, ['import', path, '--key', 'docs', '--json']);
  expect(stderr).toBe('');
  expect({ exitCode, threads: JSON.parse(stdout).threads.length }).toEqual({ exitCode: EXIT.ok, threads: 1 });
  const history = readFileSync(join(home.stateFolder, 'sessions/docs/history.jsonl'), 'utf8');
  expect(history.trimEnd().split('\n')).toHaveLength(150_001);
}, 120_000);
