import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { RunnerConfig } from '../../../shim/environment/runner.ts';
import { UNTRIED, writeSupervisor } from '../../../shim/runner/supervisor.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { checkOwnThread } from '../../../shim/start/runner-check.ts';
import { settleRunner } from '../../../shim/start/runner-settle.ts';
import { makeStart, THREAD } from '../../support/start.ts';

const SECRET = 'sgamp_user_01_secret';

it('I6: what the runner reports is said and noted without secrets', async () => {
  const { config: base, paths, said } = makeStart();
  const own = { name: 'dev', directories: [], hasKey: true, secrets: [SECRET] };
  const config: RunnerConfig = { ...base, ...own };
  await prepare(config, '');
  const report = (...lines: object[]) =>
    appendFileSync(paths.ampRunnerEvents, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  mkdirSync(paths.folder, { recursive: true });
  writeSupervisor(paths, config, { ...UNTRIED, launched: true });
  report(
    { type: 'thread_attach_failed', threadId: THREAD, message: `no: ${SECRET}` },
    { type: 'registered' },
  );
  await checkOwnThread(config);
  report({ type: 'fatal', code: 'x', message: `rejected: ${SECRET}` });
  await settleRunner(config, 1);
  const words = said();
  expect(words).toContain('could not open');
  expect(words).toContain('rejected: ');
  expect(words + readFileSync(paths.ampRunner, 'utf8')).not.toContain(SECRET);
});
