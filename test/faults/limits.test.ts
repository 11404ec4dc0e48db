// Limits of processes and of the size of files (setrlimit(2)): what people read then are sentences.

import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { sessionPaths } from '../../shim/store/paths.ts';
import { whyNotStarted } from '../../shim/system/descriptors.ts';
import { ACTIVE, makeBench } from '../support/cli/bench.ts';
import { temporaryFolder } from '../support/folders.ts';
import { scriptVariables } from '../support/module-variables.ts';
import { scriptText } from '../support/script.ts';

/** A user who runs nothing else on this machine: the kernel counts a user's processes, and root's not at all. */
const FEW =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid=54331', '--regid=54331', '--clear-groups']
    : ['unshare', '-Ur'];

/** A command with hardly any processes. */
const withProcesses = (number: number) => [...FEW, 'bash', '-c', `ulimit -u ${number}; exec "$@"`, 'limited'];

function sharedFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  return folder;
}

const VARIABLES = {
  ...scriptVariables('.amp'),
  AMP_MODULE_TERMINAL: 'amp-terminal',
  AMP_MODULE_MAIN: '',
  AMP_MODULE_PART: '',
  AMP_MODULE_PART_NAME: 'library.cjs',
  AMP_MODULE_PART_SHA256: 'none',
  AMP_MODULE_SESSION_KEY: 'main',
};

describe('no more processes', () => {
  it('every script says so, and ends', async () => {
    const scripts = ['start', 'steps', 'install', 'place', 'place-rest', 'stop', 'terminal', 'runner'];
    const home = sharedFolder();
    // At once, because bash tries a fork again for 15 s.
    const ended = await Promise.all(
      scripts.map(async (name) => {
        const text = `set -- inside\n${scriptText(`${name}.sh`)}`;
        const [file = '', ...args] = [...withProcesses(1), 'bash', '-c', text];
        const { exitCode, stderr } = await execa(file, args, {
          cwd: '/',
          env: { HOME: home, PATH: process.env['PATH'] ?? '', ...VARIABLES },
          extendEnv: false,
          reject: false,
          stdin: 'ignore',
        });
        const said = stderr.includes('No more processes can be started here, so this script ends.');
        return { name, exitCode, said: said || stderr };
      }),
    );
    expect(ended).toEqual(scripts.map((name) => ({ name, exitCode: 254, said: true })));
  });

  it('the launcher says so', async () => {
    const state = sharedFolder();
    for (const folder of ['bin', 'bundle']) mkdirSync(join(state, folder), { mode: 0o755 });
    writeFileSync(join(state, 'bundle/current.cjs'), '');
    copyFileSync('scripts/amp-session.sh', join(state, 'bin/amp-session'));
    chmodSync(join(state, 'bin/amp-session'), 0o755);
    const [file = '', ...args] = [...withProcesses(1), join(state, 'bin/amp-session')];
    const { stderr } = await execa(file, args, { cwd: '/', env: { HOME: state }, reject: false });
    expect(stderr).toContain('amp-session: no more processes can be started; raise the limit (ulimit -u).');
  });

  it('a program that could not be started is named by its reason', () => {
    const error = Object.assign(new Error('spawn amp EAGAIN'), { code: 'EAGAIN' });
    expect(whyNotStarted('amp', error)).toBe('no more processes can be started; raise the limit (ulimit -u)');
  });
});

it('a limit on the size of files: what was recorded stays, and it is said', async () => {
  const { home, stateFolder } = await makeBench();
  const { history } = sessionPaths(stateFolder, 'main');
  const before = readFileSync(history, 'utf8');
  const { exitCode, stderr } = await execa(
    'bash',
    ['-c', 'ulimit -f 0; exec amp-session rename "$0" box', ACTIVE],
    {
      cwd: home.project,
      env: home.env,
      extendEnv: false,
      reject: false,
    },
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    'No file may grow that large here. What was recorded before is kept; raise the limit',
  );
  expect(readFileSync(history, 'utf8')).toBe(before);
});
