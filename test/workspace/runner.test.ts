// Runner mode with the real Amp: the same runner and the same threads after every restart (invariant I13).

import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ran } from '../support/amp/runner.ts';
import { session } from '../support/cli/agent.ts';
import { waitUntil } from '../support/wait.ts';
import { fixtureOfFile, messagesAt, threadHas, threadIn } from './fixture.ts';
import {
  ampFile,
  eventsOf,
  logOf,
  ownThread,
  registration,
  runnerWorkspace,
  serves,
  servingWorkspace,
} from './runner.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;

test('cold, warm and after a crash: one runner, its own thread and one begun on the web; the prompt arrives once', async () => {
  const { dev, name, own, web } = await servingWorkspace(fixture, { ai_prompt: 'look around' });
  expect(await ran(amp, web, 'pwd')).toContain(dev.workdir);
  await dev.stop();
  expect(amp.runners.history.filter((entry) => entry.endsWith(name))).toEqual([`+${name}`, `-${name}`]);
  expect(eventsOf(dev, 'served').map(({ thread }) => thread)).toEqual([own, web]);

  for (const end of [() => dev.crash(), () => dev.stop()]) {
    await dev.start();
    await serves(amp, name, [own, web]);
    expect(await ran(amp, own, 'pwd')).toContain(dev.workdir);
    await end();
  }
  expect(messagesAt(amp, own)).toEqual(['look around', 'run: pwd', 'run: pwd']);
  expect(eventsOf(dev, 'thread')).toHaveLength(1);
});

test('a file that was cut off and a folder that comes late lose no thread; one that a person ended stays ended', async () => {
  const { dev, name } = await runnerWorkspace(fixture);
  const clone = join(dev.home, 'clone');
  mkdirSync(clone);
  await dev.change({ runner_directories: [clone] });
  await dev.start();
  await registration(amp, name);
  const own = ownThread(dev);
  const [there, here, ended] = [amp.addThread(), amp.addThread(), amp.addThread()];
  amp.runners.ask(name, there, clone);
  for (const thread of [here, ended]) amp.runners.ask(name, thread);
  await serves(amp, name, [own, there, here, ended]);
  amp.runners.stop(name, ended);
  await serves(amp, name, [own, there, here]);
  expect(await ran(amp, there, 'pwd')).toContain(clone);
  await dev.stop();

  writeFileSync(ampFile(dev), readFileSync(ampFile(dev), 'utf8').slice(0, 60));
  renameSync(clone, `${clone}.late`);
  dev.keepDeadlines();
  await dev.start();
  await serves(amp, name, [own, here]);
  expect(logOf(dev)).toContain(`${there} is not served in this start: ${clone} is missing.`);
  await dev.stop();
  renameSync(`${clone}.late`, clone);
  await dev.start();
  await serves(amp, name, [own, here, there]);
  expect(await ran(amp, there, 'pwd')).toContain(clone);

  // Archived while the runner is away: Amp says so at its next start.
  await dev.stop();
  const thread = amp.threads.get(here);
  if (thread !== undefined) thread.archived = true;
  for (const _ of [1, 2]) {
    await dev.start();
    await serves(amp, name, [own, there]);
    await dev.stop();
  }
  expect(eventsOf(dev, 'unserved')).toMatchObject([
    { thread: ended, reason: "somebody at Amp's site had the runner stop it" },
    { thread: here, reason: 'it was archived at Amp' },
  ]);
});

test('a thread that is in no record yet when the machine dies, with the file cut off, is served again', async () => {
  const { dev, name, own, web } = await servingWorkspace(fixture);
  dev.crash();
  expect(eventsOf(dev, 'served')).toHaveLength(1);
  writeFileSync(ampFile(dev), readFileSync(ampFile(dev), 'utf8').slice(0, 60));
  await dev.start();
  await serves(amp, name, [own, web]);
  expect(eventsOf(dev, 'served').map(({ thread }) => thread)).toEqual([own, web]);
});

test('persistence off: a runner of another ID, nothing recorded; on again, everything is as before', async () => {
  const { dev, name, own, web } = await servingWorkspace(fixture);
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
  await serves(amp, name, [own, web]);
});

test("a home that was copied to another workspace leaves the first one's threads to it", async () => {
  const { dev, name } = await runnerWorkspace(fixture, { inputs: { ai_prompt: 'for the first' } });
  await dev.start();
  await registration(amp, name);
  const own = ownThread(dev);
  await threadHas(amp, own, ['for the first']);
  const { dev: copy, name: other } = await runnerWorkspace(fixture, {
    inputs: { ai_prompt: 'for the copy' },
  });
  await dev.stop();
  rmSync(copy.home, { recursive: true });
  cpSync(dev.home, copy.home, { recursive: true });
  await copy.start();
  await registration(amp, other);
  const copys = String(eventsOf(copy, 'thread')[1]?.['thread']);
  await threadHas(amp, copys, ['for the copy']);
  expect(messagesAt(amp, own)).toEqual(['for the first']);
  await serves(amp, other, [copys]);
  expect(logOf(copy)).toContain('This home was copied from another workspace');
});

test('from the chat to the runner and back it is the same thread; with both, the chat has it to itself', async () => {
  const { dev, name } = await runnerWorkspace(fixture, {
    inputs: { enable_runner: false, runner_name: null, enable_agentapi: true },
  });
  await dev.change({ agentapi_port: dev.port });
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await dev.stop();
  await dev.change({ enable_agentapi: false, agentapi_port: null, enable_runner: true, runner_name: name });
  await dev.start();
  await serves(amp, name, [thread]);
  expect(await session(dev, 'send', 'hello there')).toMatchObject({ via: 'runner', thread, answer: null });
  await threadHas(amp, thread, ['hello there']);
  await dev.stop();
  await dev.change({ enable_agentapi: true, agentapi_port: dev.port });
  await dev.start();
  await serves(amp, name, []);
  expect(threadIn(dev.agentArgs())).toBe(thread);
  await dev.stop();
  await dev.change({ enable_runner: false, runner_name: null });
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(thread);
});
