import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { terminalIdentity } from '../../../shim/agent/terminal-identity.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { takeLock } from '../../../shim/store/lock.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { known, record, switched } from '../../support/record.ts';
import { makeStart } from '../../support/start.ts';
import { A, B } from '../../support/thread-record.ts';

const CHAT = '{"version":1,"messages":[],"initial_prompt":"","initial_prompt_sent":true}';

it.each([
  ['with its chat where the state file is its own', A, true],
  ["without another thread's chat", B, false],
] as const)("a start that can't be recorded continues the thread %s", async (_name, chosen, keepChat) => {
  const { config, paths } = makeStart();
  await prepare(config, '');
  writeFileSync(config.agentApiStateFile ?? '', CHAT);
  if (chosen === B) await record(paths, known(B), switched(A, B));
  const lock = await takeLock(paths.folder, new Deadline(1_000));
  expect(await prepare({ ...config, run: 2 }, 'fix it')).toEqual({
    kind: 'launch',
    prompt: 'none',
    keepChat,
    terminal: terminalIdentity(config.stateFolder, config.key),
    handOver: 'on stdin',
    agentArgs: ['threads', 'continue', chosen],
  });
  expect(readFileSync(config.agentApiStateFile ?? '', 'utf8')).toBe(CHAT);
  lock?.release();
});
