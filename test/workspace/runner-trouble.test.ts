// What keeps Amp's runner from running: it is tried until it runs, and a change of the reason is said once.

import { spawn } from 'node:child_process';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { changeableAmp } from '../support/amp/changeable.ts';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { session } from '../support/cli/agent.ts';
import { ampOfVersion } from '../support/versions/amp-version.ts';
import { waitUntil } from '../support/wait.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { fixtureOfFile, messagesAt, threadHas } from './fixture.ts';
import { linesWith, logHas, ownThread, registration, runnerWorkspace } from './runner.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;

/** The last known Amp whose runner can't report. */
const LAST_WITHOUT_RUNNER = '0.0.1788854443-g7f007d';

/** Waits until the runner has ended so often in a row before it was registered. */
async function failures(dev: Workspace, count: number): Promise<void> {
  await waitUntil('the number of tries', async () => {
    // Nothing until the script has begun.
    const seen = JSON.parse(dev.read('sessions/main/amp-runner.json') || 'null')?.quickFailures ?? 0;
    return { done: seen >= count, seen };
  });
}

/** Starts a program in the work folder, as somebody in a terminal of the workspace does. */
function startIn(dev: Workspace, [program = '', ...args]: readonly string[]) {
  const started = spawn(program, args, { cwd: dev.workdir, env: dev.env(), stdio: 'ignore' });
  onTestFinished(() => void started.kill('SIGKILL'));
  return started;
}

test('offline, and with its name taken, it is tried until it runs, with one line for each change', async () => {
  const { dev, name } = await runnerWorkspace(fixture, { env: { AMP_URL: await amp.unreachableUrl() } });
  dev.keepDeadlines();
  await dev.start();
  await logHas(dev, 'is started again until it runs');
  await failures(dev, 2);
  // What Amp itself prints at each try as well.
  for (const text of ['is started again until it runs', 'Amp gives no thread', "Error: Couldn't connect"])
    expect(linesWith(dev, text)).toBe(1);
  expect(await session(dev, 'status')).toMatchObject({ runner: { name, state: 'waiting', threads: [] } });
  await dev.stop();

  const release = amp.runners.take(name);
  dev.setImage({ AMP_URL: amp.url });
  await dev.change({ ai_prompt: 'look around' });
  await dev.start();
  await logHas(dev, 'Another live runner is already using the runner ID');
  await failures(dev, 2);
  release();
  await registration(amp, name);
  expect(await session(dev, 'status')).toMatchObject({
    runner: { name, state: 'serving', threads: [ownThread(dev)], trouble: null },
  });
  // Each try had something that was to give it.
  await threadHas(amp, ownThread(dev), ['look around']);
  await dev.stop();
  expect(messagesAt(amp, ownThread(dev))).toEqual(['look around']);
});

test('without a log-in it waits for one, and says so', async () => {
  const { dev, name } = await runnerWorkspace(fixture, { inputs: { amp_api_key: '' } });
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
  await registration(amp, name);
  expect(linesWith(dev, 'Nobody is logged in')).toBe(1);
});

test("a person's own runner in the same folder is named, and not fought", async () => {
  const { dev, name } = await runnerWorkspace(fixture);
  await dev.start();
  await registration(amp, name);
  await dev.stop();
  const own = startIn(dev, ['amp', '--no-tui', '--runner-id', `${name}-mine`]);
  await registration(amp, `${name}-mine`);
  await dev.start();
  await logHas(dev, `Another Amp runner (process ${own.pid}) serves ${dev.workdir} already.`);
  expect(await session(dev, 'status')).toMatchObject({ runner: { name, state: 'waiting' } });
  own.kill('SIGTERM');
  await registration(amp, name);
});

test('an Amp that is too old for it is named once, in the log and by doctor, until there is a later one', async () => {
  const image = changeableAmp();
  image.use(await ampOfVersion(LAST_WITHOUT_RUNNER));
  const { dev, name } = await runnerWorkspace(fixture, { ampFolder: image.folder });
  await dev.start();
  await failures(dev, 2);
  for (const text of ['This Amp is too old for enable_runner', "unknown option '--output-format'"])
    expect(linesWith(dev, text)).toBe(1);
  const { stdout } = await dev.run('amp-session', ['doctor', '--json']);
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({
      about: 'runner',
      level: 'problem',
      found: expect.stringContaining('This Amp is too old for enable_runner'),
    }),
  );
  image.use(realAmpDir());
  await registration(amp, name);
});
