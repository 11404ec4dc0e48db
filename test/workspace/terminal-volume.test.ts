// What a terminal app finds on the volume, and leaves there, without AgentAPI.
import { readlinkSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isReady } from '../support/amp/screen.ts';
import { session } from '../support/cli/agent.ts';
import { useFixture } from './fixture.ts';

const fixture = useFixture();

it('I6, I9: keeps its scripts private, and records the start with an older bundle when its own is missing', async () => {
  const dev = await fixture().workspace({
    tools: ['tmux'],
    inputs: { enable_agentapi: false, agentapi_port: null },
  });
  await dev.start();
  // They hold Amp's settings.
  expect(statSync(join(dev.stateFolder, 'scripts')).mode & 0o077).toBe(0);

  // As a full volume leaves it: the bundle of this version could not be placed.
  const bundle = (name: string) => join(dev.stateFolder, 'bundle', name);
  renameSync(bundle(readlinkSync(bundle('current.mjs'))), bundle('current.mjs'));
  const terminal = dev.openApp();
  onTestFinished(() => terminal.close());
  await terminal.until(isReady);
  expect(await session(dev, 'status')).toMatchObject({
    thread: { starts: 1 },
    agent: { state: 'running', thread: expect.any(String) },
  });
});
