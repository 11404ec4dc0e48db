// What the commands make of the threads that a runner serves.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ran } from '../support/amp/runner.ts';
import { session } from '../support/cli/agent.ts';
import { waitUntil } from '../support/wait.ts';
import { processesOf } from '../support/workspace/machine.ts';
import { fixtureOfFile, messagesAt } from './fixture.ts';
import { eventsOf, registration, runnerWorkspace, serves, servingWorkspace } from './runner.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;

test('the commands know what it serves: status in a line, doctor, list, and forget only once it is gone', async () => {
  const { dev, name, own, web } = await servingWorkspace(fixture);
  expect((await dev.run('amp-session', ['status', '--line'])).stdout).toBe(`${name}: serves 2 threads`);
  const { findings } = await session(dev, 'doctor');
  expect(findings).toContainEqual(
    expect.objectContaining({ about: 'runner', level: 'ok', found: `${name} serves 2 threads` }),
  );
  // Whether it is in the record yet or not.
  expect(eventsOf(dev, 'served').map(({ thread }) => thread)).toEqual([own]);
  expect(await session(dev, 'show', web)).toMatchObject({ origin: 'served', workdir: dev.workdir });
  await session(dev, 'rename', web, 'from the web');
  expect(eventsOf(dev, 'served').map(({ thread }) => thread)).toEqual([own, web]);
  await dev.stop();
  await dev.start();
  await serves(amp, name, [own, web]);
  expect(await session(dev, 'show', web)).toMatchObject({ origin: 'served', workdir: dev.workdir });
  const refused = await dev.run('amp-session', ['forget', web, '--yes']);
  expect(refused).toMatchObject({
    exitCode: 77,
    stderr: expect.stringContaining(`the runner '${name}' serves it`),
  });
  await dev.stop();
  // A stopped workspace's terminal has no PATH of Coder's.
  const forgot = await dev.run(join(dev.home, '.coder-modules/coder-labs/sourcegraph-amp/bin/amp-session'), [
    'forget',
    web,
    '--yes',
  ]);
  expect(forgot.exitCode).toBe(0);
  await dev.start();
  await serves(amp, name, [own]);
});

test('what is exported beside a running runner has all that it serves, and is served where it is imported', async () => {
  const { dev, own, web } = await servingWorkspace(fixture, { ai_prompt: 'look around' });
  const file = join(dev.home, 'exported.json');
  await dev.run('amp-session', ['export', '--output', file]);
  await dev.stop();

  const { dev: other, name: others } = await runnerWorkspace(fixture, {
    inputs: { enable_runner: false, runner_name: null },
  });
  await other.start();
  const imported = await other.run('amp-session', ['import', file]);
  expect(imported).toMatchObject({
    exitCode: 0,
    stdout: "2 threads and 0 chats imported into 'main'.",
  });
  expect(imported.stderr).toContain('A runner served 2 of the threads.');
  await other.stop();
  await other.change({ enable_runner: true, runner_name: others, ai_prompt: 'look around' });
  await other.start();
  await serves(amp, others, [own, web]);
  expect(await ran(amp, web, 'pwd')).toContain(other.workdir);
  expect(eventsOf(other, 'replaced')).toEqual([]);
  await other.stop();
  expect(messagesAt(amp, own)).toEqual(['look around']);
});

test('what a runner that was killed left running is named, and ended on request; what the next one runs is its own', async () => {
  const { dev, name, own } = await servingWorkspace(fixture);
  const sleeping = () =>
    processesOf(dev.home).flatMap(({ args, pid }) => (args.join(' ') === 'sleep 9881' ? [pid] : []));
  amp.say(own, 'run: sleep 9881; true');
  const [first] = await waitUntil('the processes', async () => {
    const seen = sleeping();
    return { done: seen.length === 1, seen };
  });
  expect(await session(dev, 'status')).toMatchObject({ leftovers: [] });

  const [runner] = processesOf(dev.home).filter(({ args }) => args.includes('--no-tui'));
  process.kill(runner!.pid, 'SIGKILL');
  // The next runner gets the same command, since it has no answer yet.
  await registration(amp, name);
  await waitUntil('the processes', async () => {
    const seen = sleeping();
    return { done: seen.length === 2, seen };
  });
  const left = [{ command: 'sleep 9881; true', thread: own }];
  const { leftovers } = await session(dev, 'status');
  expect(leftovers).toMatchObject(left);
  expect(leftovers).toHaveLength(1);
  expect(await session(dev, 'cleanup', '--processes', '--yes')).toMatchObject({ ended: left });
  expect(sleeping()).toHaveLength(1);
  expect(sleeping()).not.toContain(first);
});
