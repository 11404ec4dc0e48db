// What the module keeps is its owner's alone, in whatever home.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { session } from '../support/cli/agent.ts';
import { waitUntil } from '../support/wait.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { fixtureOfFile } from './fixture.ts';

const { workspace } = await fixtureOfFile();

const HOMES = ['of a group', 'with an ACL'] as const;
const INPUTS = { enable_runner: true, ai_prompt: 'fix it' };
const TERMINAL = {
  enable_agentapi: false,
  agentapi_port: null,
  pre_install_script: '#!/bin/bash\ntouch "$HOME/made"',
};

/** Everything in the module's folder that others have a right to, besides what AgentAPI and its module make. */
function openIn({ stateFolder, agentApiFolder }: Workspace): string[] {
  const below = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return [path, ...(entry.isDirectory() && path !== agentApiFolder ? below(path) : [])];
    });
  return [stateFolder, ...below(stateFolder)]
    .filter((path) => path !== agentApiFolder)
    .map((path) => ({ path, stats: lstatSync(path) }))
    .filter(({ stats }) => !stats.isSymbolicLink() && (stats.mode & 0o077) !== 0)
    .map(({ path, stats }) => `${relative(stateFolder, path)} ${(stats.mode & 0o7777).toString(8)}`);
}

it.each(HOMES)('I6: everything is private in a home %s: with AgentAPI', async (home) => {
  const dev = await workspace({ home, inputs: { ...INPUTS, runner_name: `box-${home.length}` } });
  for (const start of ['cold', 'warm']) {
    await dev.start();
    await dev.agentapi.waitForStatus('stable');
    await session(dev, 'new');
    await session(dev, 'list');
    expect(openIn(dev), start).toEqual([]);
    await dev.stop();
    expect(openIn(dev), start).toEqual([]);
  }
  expect(existsSync(join(dev.stateFolder, 'sessions/main/history.jsonl'))).toBe(true);
});

it.each(HOMES)('I6: everything is private in a home %s: without AgentAPI', async (home) => {
  const inputs = { ...INPUTS, ...TERMINAL, runner_name: `term-${home.length}` };
  const dev = await workspace({ home, inputs });
  await dev.start();
  await waitUntil("the runner's reports", async () => {
    const seen = dev.read('sessions/main/amp-runner.events.jsonl');
    return { done: seen !== '', seen: readdirSync(dev.stateFolder, { recursive: true }) };
  });
  expect(openIn(dev)).toEqual([]);
  // The author's own scripts make files as everything else in the workspace does.
  expect(lstatSync(join(dev.home, 'made')).mode & 0o777).toBe(0o664);
  expect(readFileSync(join(dev.stateFolder, 'logs/install.log'), 'utf8')).not.toBe('');
  await dev.stop();
  expect(openIn(dev)).toEqual([]);
});
