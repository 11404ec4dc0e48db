// Without AgentAPI: what a start leaves on the volume, and what the terminal app finds there.
import { readlinkSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { session } from '../support/cli/agent.ts';
import { useFixture } from './fixture.ts';
import { openTab, terminalWorkspace } from './terminal-app.ts';

const fixture = useFixture();

it('I6: the scripts, which hold the settings of Amp, are in a folder that only their owner can open', async () => {
  const dev = await terminalWorkspace(fixture(), []);
  await dev.start();
  expect(statSync(join(dev.stateFolder, 'scripts')).mode & 0o077).toBe(0);
});

it('I1, I9: records the start with an older bundle where that of this version could not be placed', async () => {
  const dev = await terminalWorkspace(fixture(), ['tmux']);
  await dev.start();
  const bundle = (name: string) => join(dev.stateFolder, 'bundle', name);
  renameSync(bundle(readlinkSync(bundle('current.mjs'))), bundle('current.mjs'));
  await openTab(dev);
  expect(await session(dev, 'status')).toMatchObject({
    thread: { starts: 1 },
    agent: { state: 'running', thread: expect.any(String) },
  });
});
