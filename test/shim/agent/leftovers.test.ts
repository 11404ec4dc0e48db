import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { leftoversOf } from '../../../shim/agent/leftovers.ts';
import type { RunnerConfig } from '../../../shim/environment/runner.ts';
import { UNTRIED, writeSupervisor } from '../../../shim/runner/supervisor.ts';
import { makeStart, THREAD } from '../../support/start.ts';

it("what a runner's script has below it is the running runner's, also where Amp's note of its process is gone", async () => {
  const { config, paths, home } = makeStart();
  const marks = { HOME: home, AMP_MODULE_SESSION_KEY: config.key, AMP_MODULE_RUNNER_DIRECTORIES: '' };
  const env = { ...process.env, ...marks };
  const run = 'AMP_CURRENT_THREAD_ID=$1 sleep 9892 & echo; wait';
  const script = spawn('bash', ['-c', run, 'runner.sh', THREAD], { env, detached: true });
  const ofTurn = { ...env, AMP_CURRENT_THREAD_ID: THREAD };
  const outlived = spawn('sleep', ['9893'], { env: ofTurn, detached: true });
  onTestFinished(() => {
    outlived.kill();
    process.kill(-(script.pid ?? 0));
  });
  await once(script.stdout, 'data');
  mkdirSync(paths.folder, { recursive: true });
  const runner = { ...config, runnerPid: script.pid, name: 'dev' } as unknown as RunnerConfig;
  writeSupervisor(paths, runner, { ...UNTRIED, launched: true });
  const found = leftoversOf(config, paths, { kind: 'stopped' });
  expect(found?.map(({ pid }) => pid)).toEqual([outlived.pid]);
});
