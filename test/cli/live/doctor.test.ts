import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { behaviours } from '../../support/amp/server.ts';
import { fixtureOfFile, messagesAt, promptedWorkspace } from '../../workspace/fixture.ts';

const fixture = await fixtureOfFile();
const { amp, workspace } = fixture;

it("doctor starts Amp where the agent does, and names a checkout's settings that stop it there", async () => {
  const dev = await workspace();
  await dev.start();
  const found = async () => JSON.parse((await dev.run('amp-session', ['doctor', '--json'])).stdout).findings;
  expect(await found()).toContainEqual(expect.objectContaining({ about: 'log-in', level: 'ok' }));
  const file = join(dev.workdir, '.amp/settings.json');
  mkdirSync(join(dev.workdir, '.amp'));
  for (const text of ['{ broken', '', '\ufeff{}']) {
    writeFileSync(file, text);
    expect(await found(), text).toContainEqual(
      expect.objectContaining({ about: 'amp', level: 'problem', found: expect.stringContaining(file) }),
    );
  }
});

it('names a port that a stranger has; doctor and the log say what a prompt waits for while websockets are refused and HTTP works', async () => {
  const { dev, thread } = await promptedWorkspace(fixture, 'one');
  // On the volume: after a stop, nothing is on PATH.
  const program = join(dev.stateFolder, 'bin/amp-session');
  const found = async () => JSON.parse((await dev.run(program, ['doctor', '--json'])).stdout).findings;
  await dev.stop();
  const stranger = createServer().listen(dev.port, 'localhost');
  onTestFinished(() => void stranger.close());
  expect(await found()).toContainEqual(expect.objectContaining({ about: 'port', level: 'problem' }));
  await new Promise((resolve) => stranger.close(resolve));

  await dev.change({ ai_prompt: 'two' });
  amp.behave(behaviours.status(503), { only: 'socket' });
  onTestFinished(() => amp.behave(behaviours.ok));
  dev.keepDeadlines();
  await dev.start();
  await dev.waitForLog('The prompt waits until the agent is ready');
  expect(await found()).toContainEqual(expect.objectContaining({ about: 'connection', level: 'problem' }));
  expect((await dev.run(program, ['status', '--line'])).stdout).toContain(': connecting');
  expect(messagesAt(amp, thread)).toEqual(['one']);
});
