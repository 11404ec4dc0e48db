// Amp as a runner (`amp --no-tui`): what keeps its name, and what ends it.
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { ampFolders } from '../../shim/amp/folders.ts';
import { isLoggedIn } from '../../shim/amp/login.ts';
import { ampEnv } from '../support/amp/real-amp.ts';
import { runnerFile } from '../support/amp/runner.ts';
import { NAME, runnerBench, stopped } from '../support/amp/runner-bench.ts';
import { HANG_MS } from '../support/limits.ts';

/** In bytes, of which Linux's address of a Unix socket has one more, for the end. */
const LONGEST_SOCKET_PATH = 107;

test('it registers its folder under the given name, unregisters at SIGTERM, and keeps the name in a file of its own', async () => {
  const { amp, registered } = await runnerBench();
  const runner = await registered();
  expect(amp.server.runners.registered.get(NAME)).toMatchObject({
    workingDirectory: amp.workdir,
    directories: [amp.workdir],
    servedThreadIds: [],
  });
  expect(await stopped(runner)).toBe(0);
  expect(amp.server.runners.history).toEqual([`+${NAME}`, `-${NAME}`]);
  expect(runnerFile(amp).read()).toEqual({
    runnerId: NAME,
    workingDirectory: amp.workdir,
    servedThreadIds: [],
    servedThreadWorkingDirectories: {},
    sleepingThreadIds: [],
    directories: [],
    controlSocketPath: join(amp.home, `.local/share/amp/runner/${NAME}.sock`),
  });
});

test('without a name it makes one, and has it again after SIGKILL', async () => {
  const { amp, registered } = await runnerBench();
  expect(await stopped(await registered([]), 'SIGKILL')).toBe(null);
  const name = runnerFile(amp).read()['runnerId'];
  expect(name).toMatch(/^[0-9a-f-]{36}$/);
  const again = await registered([]);
  expect(again.events).toContainEqual(expect.objectContaining({ type: 'starting', runnerId: name }));
});

test('it ends at once when its server is unreachable, its name is taken or no host name, its key is bad or missing', async () => {
  const { amp, run } = await runnerBench();
  const offline = run(['--runner-id', NAME], { AMP_URL: await amp.server.unreachableUrl() });
  expect([await offline.ended, offline.events.at(-1)]).toMatchObject([1, { code: 'server_unavailable' }]);

  const release = amp.server.runners.take(NAME);
  const taken = run(['--runner-id', NAME]);
  expect([await taken.ended, taken.events.at(-1)]).toMatchObject([1, { code: 'runner_id_in_use' }]);
  release();

  const misnamed = run(['--runner-id', 'My Workspace']);
  expect([await misnamed.ended, misnamed.events.at(-1)]).toMatchObject([1, { code: 'invalid_runner_id' }]);

  const refused = run(['--runner-id', NAME], { AMP_API_KEY: 'sgamp_no_such_key' });
  expect(await refused.ended).toBe(1);
});

test('without a key it asks for a log-in, and waits', async () => {
  const { amp, run } = await runnerBench();
  const runner = run(['--runner-id', NAME], { AMP_API_KEY: undefined });
  await vi.waitFor(() => expect(runner.printed()).toContain('Would you like to log in to Amp?'), {
    timeout: HANG_MS,
  });
  expect(amp.server.runners.history).toEqual([]);
});

test('a no for an answer ends it; `amp login` keeps a key in a file, with which it runs', async () => {
  const { amp, run } = await runnerBench();
  const env = { ...ampEnv({ home: amp.home, server: amp.server }), AMP_API_KEY: '' };
  const args = ['--no-tui', '--output-format', 'json', '--runner-id', NAME];
  const asked = await execa('amp', args, {
    cwd: amp.workdir,
    env,
    extendEnv: false,
    input: 'n\n',
    reject: false,
  });
  expect([asked.exitCode, asked.stdout]).toEqual([1, expect.stringContaining('log in to Amp?')]);
  expect(isLoggedIn(ampFolders(amp.home))).toBe(false);

  expect(await amp.run(['login'])).toMatchObject({ exitCode: 0 });
  expect(isLoggedIn(ampFolders(amp.home))).toBe(true);
  const runner = run(['--runner-id', NAME], { AMP_API_KEY: undefined });
  await runner.until({ type: 'registered' });
});

test('one runner a folder: a second one is refused and names the first', async () => {
  const { registered, run } = await runnerBench();
  const first = await registered();
  const second = run(['--runner-id', 'another']);
  expect(await second.ended).toBe(1);
  expect(second.events.at(-1)).toMatchObject({ code: 'directory_in_use', conflictingPid: first.pid });
});

test('a name with which the path of its control socket would be longer than a socket may have gets a shorter one', async () => {
  const { amp, registered } = await runnerBench();
  const name = 'x'.repeat(63);
  await registered(['--runner-id', name]);
  const { runnerId, controlSocketPath } = runnerFile(amp).read();
  expect(runnerId).toBe(name);
  expect(`${amp.home}/.local/share/amp/runner/${name}.sock`.length).toBeGreaterThan(LONGEST_SOCKET_PATH);
  expect(String(controlSocketPath).length).toBeLessThanOrEqual(LONGEST_SOCKET_PATH);
  expect(await amp.run(['runner', 'dirs', 'list'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(amp.workdir),
  });
});
