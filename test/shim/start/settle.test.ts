import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { prepare } from '../../../shim/start/prepare.ts';
import { settle } from '../../../shim/start/settle.ts';
import { readRunner } from '../../../shim/store/runner.ts';
import { makeStart } from '../../support/start.ts';

it("removes what a killed AgentAPI has left: its module's stop script would end whoever has that number by then", async () => {
  const { config } = makeStart();
  const pidFile = config.agentApiPidFile ?? '';
  writeFileSync(`${config.agentApiFolder}/stopping`, '');
  writeFileSync(pidFile, `${spawnSync('true').pid}\n`);
  await settle(config, 137, 20);
  expect(existsSync(pidFile)).toBe(false);
});

it('a thread that is chosen between two runs is tried at once, and starts without the failures of the one before', async () => {
  const { config, paths } = makeStart();
  await prepare(config, '');
  const settled = settle(config, 1, 1);
  await expect.poll(() => readRunner(paths.runner)?.quickFailures).toBe(1);
  writeFileSync(paths.restartMark, '');
  expect(await settled).toBe(true);
  expect(readRunner(paths.runner)?.quickFailures).toBe(0);
});
