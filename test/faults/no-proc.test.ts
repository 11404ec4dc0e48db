// A sandbox that shows no processes: /proc is empty.
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { takeLock } from '../../shim/store/lock.ts';
import { sessionPaths } from '../../shim/store/paths.ts';
import { Deadline } from '../../shim/system/deadline.ts';
import { ACTIVE, type Bench, makeBench, TWIN } from '../support/cli/bench.ts';
import { findTool } from '../support/workspace/machine.ts';

/** Runs a command of the bench where /proc is empty. */
const withoutProc = ({ home }: Bench, ...words: string[]) =>
  execa(
    findTool('unshare'),
    [
      '-Urm',
      findTool('bash'),
      '-c',
      `${findTool('mount')} -t tmpfs none /proc && exec amp-session "$@"`,
      'amp-session',
      ...words,
    ],
    { cwd: home.project, env: home.env, extendEnv: false, reject: false },
  );

it('commands work without /proc, and turns come one after the other', async () => {
  const bench = await makeBench();
  expect((await withoutProc(bench, 'use', TWIN)).stdout).toContain(TWIN);
  // What an agent left running can't be seen here, and nothing is said of it.
  expect(JSON.parse((await withoutProc(bench, 'status', '--json')).stdout)).toMatchObject({
    leftovers: null,
  });
  expect((await withoutProc(bench, 'cleanup', '--processes')).exitCode).toBe(69);
  const turns = await Promise.all(['one', 'two'].map((text) => withoutProc(bench, 'send', text)));
  expect(turns.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
    [0, 'I heard: one'],
    [0, 'I heard: two'],
  ]);
});

it('a lock that a live process has beside such a sandbox is not taken from it', async () => {
  const bench = await makeBench();
  const lock = await takeLock(sessionPaths(bench.stateFolder, 'main').folder, new Deadline(0));
  const { exitCode } = await withoutProc(bench, 'rename', ACTIVE, 'box');
  expect(exitCode).toBe(75);
  expect(lock?.isOurs).toBe(true);
  lock?.release();
});
