import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Bench } from '../../dev/bench/bench.ts';
import { seedHistory } from '../../dev/bench/seed.ts';
import { PATIENT } from '../support/patience.ts';
import { stagePreloadingModule } from '../support/preload.ts';

it('measures a start from its first line to the execution of AgentAPI, in the thread of a seeded history', async () => {
  const module = await stagePreloadingModule();
  onTestFinished(() => rmSync(module, { recursive: true, force: true }));
  const bench = await Bench.open(1, null, module);
  onTestFinished(() => bench.close());
  const path = bench.programs.path('Node');
  const home = await bench.placedHome(path);
  const thread = bench.server.addThread();
  seedHistory(home, 'main', thread, 10, join(bench.root, 'project'));
  await bench.run('install', { home, path });
  const stamps = await bench.run('start', { home, path, env: PATIENT });
  expect(stamps.map(({ what }) => what)).toEqual(['begins', 'agentapi']);
  expect(stamps[1]?.words).toContain(`-- amp threads continue ${thread}`);
});
