// Without AgentAPI: what a start leaves on the volume, and what the terminal app finds there.
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { session } from '../support/cli/agent.ts';
import { makeProgram } from '../support/script.ts';
import { fixtureOfFile } from './fixture.ts';
import { amps, openTab, quitLast, terminalWorkspace } from './terminal-app.ts';

const fixture = await fixtureOfFile();

it('I1, I6, I9: the scripts are private; Amp opens with an older bundle, which records the start, and with one that can do nothing', async () => {
  const dev = await terminalWorkspace(fixture, ['tmux']);
  await dev.start();
  expect(statSync(join(dev.stateFolder, 'scripts')).mode & 0o077).toBe(0);

  const bundle = (name: string) => join(dev.stateFolder, 'bundle', name);
  const [, placed = ''] = /"(.+)\/main.cjs"/.exec(readFileSync(bundle('current.cjs'), 'utf8')) ?? [];
  renameSync(bundle(placed), bundle('older'));
  writeFileSync(bundle('current.cjs'), 'require("./older/main.cjs");\n');
  const terminal = await openTab(dev);
  expect(await session(dev, 'status')).toMatchObject({
    thread: { starts: 1 },
    agent: { state: 'running', thread: expect.any(String) },
  });
  await quitLast(dev, terminal);

  makeProgram(join(dev.stateFolder, 'bin/amp-session'), 'exit 1');
  await openTab(dev);
  expect(amps(dev)).toMatchObject([{ pid: expect.any(Number) }]);
});
