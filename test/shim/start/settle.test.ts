import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settle } from '../../../shim/start/settle.ts';
import { makeStart } from '../../support/start.ts';

it("removes what a killed AgentAPI has left: its module's stop script would end whoever has that number by then", async () => {
  const { config } = makeStart();
  const pidFile = config.agentApiPidFile ?? '';
  writeFileSync(`${config.agentApiFolder}/stopping`, '');
  writeFileSync(pidFile, `${spawnSync('true').pid}\n`);
  await settle(config, 137, 20);
  expect(existsSync(pidFile)).toBe(false);
});
