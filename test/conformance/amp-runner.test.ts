// Amp as a runner (`amp --no-tui`): what keeps its name and its threads, what ends it, and who runs a thread that
// is open twice.
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ampFolders } from '../../shim/amp/folders.ts';
import { isLoggedIn } from '../../shim/amp/login.ts';
import { skipTour } from '../support/amp/home.ts';
import { ampEnv } from '../support/amp/real-amp.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { type RealRunner, runnerFile, startRunner } from '../support/amp/runner.ts';
import { isReady } from '../support/amp/screen.ts';
import { textOf } from '../support/amp/server.ts';
import { HANG_MS } from '../support/limits.ts';

const NAME = 'coder.owner.workspace';
/** In bytes, of which Linux's address of a Unix socket has one more, for the end. */
const LONGEST_SOCKET_PATH = 107;
const UNKNOWN = 'T-00000000-0000-4000-8000-000000000000';
let amp: RealAmp;
let started: RealRunner[];
beforeEach(async () => {
  amp = await realAmp();
  started = [];
});
afterEach(async () => {
  for (const runner of started) {
    runner.kill('SIGKILL');
    await runner.ended;
  }
  await amp.close();
});

function run(
  args: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): RealRunner {
  const runner = startRunner(amp, args, env);
  started.push(runner);
  return runner;
}

async function registered(args: readonly string[] = ['--runner-id', NAME]): Promise<RealRunner> {
  const runner = run(args);
  await runner.until({ type: 'registered' });
  return runner;
}

async function stopped(runner: RealRunner, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  runner.kill(signal);
  return await runner.ended;
}

const said = (id: string) => amp.server.threads.get(id)?.messages.map(textOf);
/** Writes in a thread on Amp's site, and waits for what its runner's command printed. */
async function ranIn(id: string, text = 'run: pwd'): Promise<string> {
  const before = said(id)?.length ?? 0;
  amp.server.say(id, text);
  await vi.waitFor(() => expect(said(id)).toHaveLength(before + 2), { timeout: HANG_MS });
  return said(id)?.at(-1) ?? '';
}
const served = () => runnerFile(amp).read()['servedThreadIds'];

test('it registers its folder under the given name, unregisters at SIGTERM, and keeps the name in a file of its own', async () => {
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
  expect(await stopped(await registered([]), 'SIGKILL')).toBe(null);
  const name = runnerFile(amp).read()['runnerId'];
  expect(name).toMatch(/^[0-9a-f-]{36}$/);
  const again = await registered([]);
  expect(again.events).toContainEqual(expect.objectContaining({ type: 'starting', runnerId: name }));
});

test('a thread that it was asked to run runs in its folder, and again after SIGKILL', async () => {
  const first = await registered();
  const id = amp.server.addThread();
  amp.server.runners.ask(NAME, id);
  await first.until({ type: 'thread_started', threadId: id });
  expect(await ranIn(id)).toContain(amp.workdir);
  await stopped(first, 'SIGKILL');

  const second = await registered();
  expect(second.events).toContainEqual(expect.objectContaining({ type: 'threads_resuming', count: 1 }));
  expect(await ranIn(id)).toContain(amp.workdir);
  amp.server.runners.stop(NAME, id);
  await second.until({ type: 'thread_stopped', threadId: id, reason: 'stopped' });
  await vi.waitFor(() => expect(served()).toEqual([]), { timeout: HANG_MS });
});

test('a thread of ours is served: named on the command line, or written into the file', async () => {
  const named = amp.server.addThread();
  const first = await registered(['--runner-id', NAME, 'threads', 'continue', named]);
  expect(first.events).toContainEqual(expect.objectContaining({ type: 'thread_started', threadId: named }));
  expect(await ranIn(named)).toContain(amp.workdir);
  await stopped(first);

  const written = amp.server.addThread();
  const file = runnerFile(amp);
  file.write(JSON.stringify({ ...file.read(), servedThreadIds: [named, written] }));
  const second = await registered();
  expect(second.events).toContainEqual(expect.objectContaining({ type: 'threads_resuming', count: 2 }));
  expect(await ranIn(written)).toContain(amp.workdir);
});

test('an unknown thread on the command line ends it; an archived or deleted one in the file is dropped, and says why', async () => {
  const unknown = run(['--runner-id', NAME, 'threads', 'continue', UNKNOWN]);
  expect(await unknown.ended).toBe(1);
  expect(unknown.printed()).toContain(`Thread ${amp.server.url}/threads/${UNKNOWN} does not exist.`);

  await stopped(await registered());
  const archived = amp.server.addThread({ archived: true });
  const file = runnerFile(amp);
  file.write(JSON.stringify({ ...file.read(), servedThreadIds: [archived, UNKNOWN] }));
  const runner = await registered();
  for (const [threadId, reason] of [
    [archived, 'archived'],
    [UNKNOWN, 'missing'],
  ])
    expect(runner.events).toContainEqual(
      expect.objectContaining({ type: 'thread_dropped', threadId, reason }),
    );
  expect(served()).toEqual([]);
});

test('a folder that is missing at one start loses its threads for good, and a file that was cut off all of them', async () => {
  const folder = join(amp.workdir, '../clone');
  mkdirSync(folder);
  const runner = await registered(['--runner-id', NAME, '--dir', folder]);
  const id = amp.server.addThread();
  amp.server.runners.ask(NAME, id, folder);
  await runner.until({ type: 'thread_started', threadId: id });
  expect(await ranIn(id)).toContain(folder);
  await stopped(runner);
  expect(runnerFile(amp).read()['servedThreadWorkingDirectories']).toEqual({ [id]: folder });

  rmdirSync(folder);
  const without = await registered();
  expect(without.events).toContainEqual(
    expect.objectContaining({
      type: 'thread_dropped',
      threadId: id,
      reason: 'directory_missing',
      workingDirectory: folder,
    }),
  );
  await stopped(without);
  mkdirSync(folder);
  await stopped(await registered());
  expect(served()).toEqual([]);

  const file = runnerFile(amp);
  file.write(file.text().slice(0, 40));
  await stopped(await registered([]));
  expect(file.read()['runnerId']).not.toBe(NAME);
});

test('it ends at once when its server is unreachable, its name is taken or no host name, its key is bad or missing', async () => {
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
  const runner = run(['--runner-id', NAME], { AMP_API_KEY: undefined });
  await vi.waitFor(() => expect(runner.printed()).toContain('Would you like to log in to Amp?'), {
    timeout: HANG_MS,
  });
  expect(amp.server.runners.history).toEqual([]);
});

test('a no for an answer ends it; `amp login` keeps a key in a file, with which it runs', async () => {
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
  const first = await registered();
  const second = run(['--runner-id', 'another']);
  expect(await second.ended).toBe(1);
  expect(second.events.at(-1)).toMatchObject({ code: 'directory_in_use', conflictingPid: first.pid });
});

test('a thread has one executor: beside its runner a headless turn is refused and nothing sent, a terminal watches, and a message for the runner reaches it', async () => {
  const id = amp.server.addThread();
  await registered(['--runner-id', NAME, 'threads', 'continue', id]);
  const headless = await amp.run(['threads', 'continue', id, '-x', 'run: pwd']);
  expect(headless.exitCode).toBe(1);
  expect(headless.stderr).toContain('This thread is already open and active in another Amp.');
  expect(said(id)).toEqual([]);

  const text = '  one\n\t"two" $(three)';
  const sent = await execa('amp', ['--executor', `runner:${NAME}`, 'threads', 'continue', id, '-x'], {
    cwd: amp.home,
    env: ampEnv({ home: amp.home, server: amp.server }),
    extendEnv: false,
    input: text,
  });
  expect(sent.stdout).toBe(`${amp.server.url}/threads/${id}`);
  expect(said(id)).toEqual([text, 'I heard:   one']);

  skipTour(amp);
  const terminal = amp.open(['threads', 'continue', id]);
  await terminal.until((screen) => screen.includes('This thread is already open and active in another Amp.'));
  terminal.type('\r');
  await terminal.until(isReady);
  await terminal.paste('run: pwd');
  await terminal.until((screen) => screen.includes('run: pwd'));
  terminal.type('\r');
  await vi.waitFor(() => expect(said(id)).toHaveLength(4), { timeout: HANG_MS });
  expect(said(id)?.at(-1)).toContain(amp.workdir);
});

test('a name with which the path of its control socket would be longer than a socket may have gets a shorter one', async () => {
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
