// Runner mode with the real Amp: the same runner and the same threads after every restart (invariant I13).
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { textOf } from '../support/amp/server.ts';
import { session } from '../support/cli/agent.ts';
import { waitUntil } from '../support/wait.ts';
import type { WorkspaceOptions } from '../support/workspace/environment.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { historyOf, messagesAt, threadHas, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();
let count = 0;

/** A workspace whose only Amp is a runner, with a name of its own on the stub that the tests of this file share. */
async function runnerWorkspace({ inputs, ...options }: Partial<WorkspaceOptions> = {}) {
  count += 1;
  const name = `box-${count}`;
  const all = {
    enable_runner: true,
    runner_name: name,
    enable_agentapi: false,
    agentapi_port: null,
    ...inputs,
  };
  return { name, dev: await fixture().workspace({ inputs: all, ...options }) };
}

/** Waits until a runner is registered. */
async function registration(name: string) {
  const { runners } = fixture().amp;
  return waitUntil('the registered runners', async () => {
    const seen = runners.registered.get(name);
    return { done: seen !== undefined, seen: seen ?? [...runners.registered.keys()] };
  });
}

/** Waits until a runner serves exactly these threads. */
async function serves(name: string, threads: readonly string[]): Promise<void> {
  await waitUntil('the threads that the runner serves', async () => {
    const seen = fixture().amp.runners.registered.get(name)?.servedThreadIds ?? null;
    return {
      done: seen !== null && JSON.stringify([...seen].sort()) === JSON.stringify([...threads].sort()),
      seen,
    };
  });
}

/** Has somebody run a command in a thread on Amp's site. @returns what the runner's machine answered. */
async function ran(thread: string, command: string): Promise<string> {
  const { amp } = fixture();
  const said = () => amp.threads.get(thread)?.messages.map(textOf) ?? [];
  const before = said().length;
  amp.say(thread, `run: ${command}`);
  const all = await waitUntil('the answer', async () => ({
    done: said().length === before + 2,
    seen: said(),
  }));
  return all.at(-1) ?? '';
}

const events = (dev: Workspace, name: string) => historyOf(dev).filter((event) => event['event'] === name);
const ownThread = (dev: Workspace) => String(events(dev, 'thread')[0]?.['thread']);
const folder = (dev: Workspace) => join(dev.home, '.coder-modules/coder-labs/sourcegraph-amp');
const log = (dev: Workspace) => readFileSync(join(folder(dev), 'logs/runner.log'), 'utf8');
/** Starts a program in the work folder, as somebody in a terminal of the workspace does. */
function startIn(dev: Workspace, [program = '', ...args]: readonly string[]) {
  const started = spawn(program, args, { cwd: dev.workdir, env: dev.env(), stdio: 'ignore' });
  onTestFinished(() => void started.kill('SIGKILL'));
  return started;
}

const lines = (dev: Workspace, text: string) =>
  log(dev)
    .split('\n')
    .filter((line) => line.includes(text)).length;
const logHas = (dev: Workspace, text: string) =>
  waitUntil('the log', async () => ({ done: log(dev).includes(text), seen: log(dev) }));

/** Amp's own file about the only runner of a home. */
function ampFile(dev: Workspace): string {
  const runners = join(dev.home, '.local/share/amp/runner');
  return join(runners, readdirSync(runners).find((name) => name.endsWith('.json')) ?? '');
}

test('cold, warm and after a crash: one runner, its own thread and one begun on the web; the prompt arrives once', async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace({ inputs: { ai_prompt: 'look around' } });
  await dev.start();
  await registration(name);
  const own = ownThread(dev);
  await threadHas(amp, own, ['look around']);

  const web = amp.addThread();
  amp.runners.ask(name, web);
  await serves(name, [own, web]);
  expect(await ran(web, 'pwd')).toContain(dev.workdir);
  await dev.stop();
  expect(amp.runners.history.filter((entry) => entry.endsWith(name))).toEqual([`+${name}`, `-${name}`]);
  expect(events(dev, 'served').map(({ thread }) => thread)).toEqual([own, web]);

  for (const end of [() => dev.crash(), () => dev.stop()]) {
    await dev.start();
    await serves(name, [own, web]);
    expect(await ran(own, 'pwd')).toContain(dev.workdir);
    await end();
  }
  expect(messagesAt(amp, own)).toEqual(['look around', 'run: pwd', 'run: pwd']);
  expect(events(dev, 'thread')).toHaveLength(1);
});

test('a file that was cut off and a folder that comes late lose no thread; one that a person ended stays ended', async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace();
  const clone = join(dev.home, 'clone');
  mkdirSync(clone);
  await dev.change({ runner_directories: [clone] });
  await dev.start();
  await registration(name);
  const own = ownThread(dev);
  const [there, here, ended] = [amp.addThread(), amp.addThread(), amp.addThread()];
  amp.runners.ask(name, there, clone);
  for (const thread of [here, ended]) amp.runners.ask(name, thread);
  await serves(name, [own, there, here, ended]);
  amp.runners.stop(name, ended);
  await serves(name, [own, there, here]);
  expect(await ran(there, 'pwd')).toContain(clone);
  await dev.stop();

  writeFileSync(ampFile(dev), readFileSync(ampFile(dev), 'utf8').slice(0, 60));
  renameSync(clone, `${clone}.late`);
  dev.keepDeadlines();
  await dev.start();
  await serves(name, [own, here]);
  expect(log(dev)).toContain(`${there} is not served in this start: ${clone} is missing.`);
  await dev.stop();
  renameSync(`${clone}.late`, clone);
  await dev.start();
  await serves(name, [own, here, there]);
  expect(await ran(there, 'pwd')).toContain(clone);

  // Archived while the runner is away: Amp says so at its next start.
  await dev.stop();
  const thread = amp.threads.get(here);
  if (thread !== undefined) thread.archived = true;
  for (const _ of [1, 2]) {
    await dev.start();
    await serves(name, [own, there]);
    await dev.stop();
  }
  expect(events(dev, 'unserved')).toMatchObject([
    { thread: ended, reason: "somebody at Amp's site had the runner stop it" },
    { thread: here, reason: 'it was archived at Amp' },
  ]);
});

test('a thread that is in no record yet when the machine dies, with the file cut off, is served again', async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace();
  await dev.start();
  await registration(name);
  const own = ownThread(dev);
  const web = amp.addThread();
  amp.runners.ask(name, web);
  await serves(name, [own, web]);
  dev.crash();
  expect(events(dev, 'served')).toHaveLength(1);
  writeFileSync(ampFile(dev), readFileSync(ampFile(dev), 'utf8').slice(0, 60));
  await dev.start();
  await serves(name, [own, web]);
  expect(events(dev, 'served').map(({ thread }) => thread)).toEqual([own, web]);
});

test('offline, and with its name taken, it is tried until it runs, with one line for each change', async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace({ env: { AMP_URL: await amp.unreachableUrl() } });
  dev.keepDeadlines();
  await dev.start();
  await logHas(dev, 'is started again until it runs');
  await waitUntil('the number of tries', async () => {
    const seen = JSON.parse(dev.read('sessions/main/amp-runner.json'))['quickFailures'];
    return { done: seen >= 2, seen };
  });
  for (const text of ['is started again until it runs', 'Amp gives no thread'])
    expect(lines(dev, text)).toBe(1);
  expect(await session(dev, 'status')).toMatchObject({ runner: { name, state: 'waiting', threads: [] } });
  await dev.stop();

  const release = amp.runners.take(name);
  dev.setImage({ AMP_URL: amp.url });
  await dev.start();
  await logHas(dev, 'Another live runner is already using the runner ID');
  release();
  await registration(name);
  expect(await session(dev, 'status')).toMatchObject({
    runner: { name, state: 'serving', threads: [ownThread(dev)], trouble: null },
  });
});

test('without a log-in it waits for one, and says so', async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace({ inputs: { amp_api_key: '' } });
  await dev.start();
  await logHas(dev, 'Nobody is logged in to Amp.');
  expect(await session(dev, 'status')).toMatchObject({
    runner: { state: 'waiting', trouble: 'Nobody is logged in to Amp.' },
  });
  const { exitCode } = await execa('amp', ['login'], {
    env: { ...dev.env(), AMP_API_KEY: amp.apiKey },
    extendEnv: false,
    cwd: dev.workdir,
  });
  expect(exitCode).toBe(0);
  await registration(name);
  expect(lines(dev, 'Nobody is logged in')).toBe(1);
});

test("a person's own runner in the same folder is named, and not fought", async () => {
  const { dev, name } = await runnerWorkspace();
  await dev.start();
  await registration(name);
  await dev.stop();
  const own = startIn(dev, ['amp', '--no-tui', '--runner-id', `${name}-mine`]);
  await registration(`${name}-mine`);
  await dev.start();
  await logHas(dev, `Another Amp runner (process ${own.pid}) serves ${dev.workdir} already.`);
  expect(await session(dev, 'status')).toMatchObject({ runner: { name, state: 'waiting' } });
  own.kill('SIGTERM');
  await registration(name);
});

test('persistence off: a runner of another ID, nothing recorded; on again, everything is as before', async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace();
  await dev.start();
  await registration(name);
  const own = ownThread(dev);
  const web = amp.addThread();
  amp.runners.ask(name, web);
  await serves(name, [own, web]);
  dev.crash();
  const history = dev.read('sessions/main/history.jsonl');

  await dev.change({ enable_state_persistence: false });
  await dev.start();
  const fresh = await waitUntil('a runner of another ID', async () => {
    const seen = [...amp.runners.registered.values()].find(({ id }) => id.startsWith(`${name}-`));
    return { done: seen !== undefined, seen };
  });
  expect(fresh?.servedThreadIds).toEqual([]);
  await dev.stop();
  expect(dev.read('sessions/main/history.jsonl')).toBe(history);

  await dev.change({ enable_state_persistence: true });
  await dev.start();
  await serves(name, [own, web]);
});

test("a home that was copied to another workspace leaves the first one's threads to it", async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace({ inputs: { ai_prompt: 'for the first' } });
  await dev.start();
  await registration(name);
  const own = ownThread(dev);
  await threadHas(amp, own, ['for the first']);
  const { dev: copy, name: other } = await runnerWorkspace({ inputs: { ai_prompt: 'for the copy' } });
  await dev.stop();
  rmSync(copy.home, { recursive: true });
  cpSync(dev.home, copy.home, { recursive: true });
  await copy.start();
  await registration(other);
  const copys = String(events(copy, 'thread')[1]?.['thread']);
  await threadHas(amp, copys, ['for the copy']);
  expect(messagesAt(amp, own)).toEqual(['for the first']);
  await serves(other, [copys]);
  expect(log(copy)).toContain('This home was copied from another workspace');
});

test('from the chat to the runner and back it is the same thread; with both, the chat has it to itself', async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace({
    inputs: { enable_runner: false, runner_name: null, enable_agentapi: true },
  });
  await dev.change({ agentapi_port: dev.port });
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await dev.stop();
  await dev.change({ enable_agentapi: false, agentapi_port: null, enable_runner: true, runner_name: name });
  await dev.start();
  await serves(name, [thread]);
  expect(await session(dev, 'send', 'hello there')).toMatchObject({ via: 'runner', thread, answer: null });
  await threadHas(amp, thread, ['hello there']);
  await dev.stop();
  await dev.change({ enable_agentapi: true, agentapi_port: dev.port });
  await dev.start();
  await serves(name, []);
  expect(threadIn(dev.agentArgs())).toBe(thread);
  await dev.stop();
  await dev.change({ enable_runner: false, runner_name: null });
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(thread);
});

test('the commands know what it serves: status in a line, doctor, list, and forget only once it is gone', async () => {
  const { amp } = fixture();
  const { dev, name } = await runnerWorkspace();
  await dev.start();
  await registration(name);
  const own = ownThread(dev);
  const web = amp.addThread();
  amp.runners.ask(name, web);
  await serves(name, [own, web]);
  expect((await dev.run('amp-session', ['status', '--line'])).stdout).toBe(`${name}: serves 2 threads`);
  const { findings } = await session(dev, 'doctor');
  expect(findings).toContainEqual(
    expect.objectContaining({ about: 'runner', level: 'ok', found: `${name} serves 2 threads` }),
  );
  await dev.stop();
  await dev.start();
  await serves(name, [own, web]);
  expect(await session(dev, 'show', web)).toMatchObject({ origin: 'served', workdir: dev.workdir });
  const refused = await dev.run('amp-session', ['forget', web, '--yes']);
  expect(refused).toMatchObject({
    exitCode: 77,
    stderr: expect.stringContaining(`the runner '${name}' serves it`),
  });
  await dev.stop();
  // A stopped workspace's terminal has no PATH of Coder's.
  const forgot = await dev.run(join(folder(dev), 'bin/amp-session'), ['forget', web, '--yes']);
  expect(forgot.exitCode).toBe(0);
  await dev.start();
  await serves(name, [own]);
});
