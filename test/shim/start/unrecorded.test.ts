import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { terminalIdentity } from '../../../shim/agent/terminal-identity.ts';
import { parseThreadId, type ThreadId } from '../../../shim/amp/thread-id.ts';
import { switchTo } from '../../../shim/key/switch.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { takeLock } from '../../../shim/store/lock.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { Store } from '../../../shim/store/store.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { makeStart, THREAD } from '../../support/start.ts';

const B = parseThreadId('T-bbbbbbbb-0000-4000-8000-000000000000') as ThreadId;
const CHAT = '{"version":1,"messages":[],"initial_prompt":"","initial_prompt_sent":true}';

it.each([
  ['with its chat where the state file is its own', THREAD, true],
  ["without another thread's chat", B, false],
] as const)("a start that can't be recorded continues the thread %s", async (_name, chosen, keepChat) => {
  const { config } = makeStart();
  const paths = sessionPaths(config.stateFolder, config.key);
  await prepare(config, '');
  writeFileSync(config.agentApiStateFile ?? '', CHAT);
  const store = await Store.open(paths, new Deadline(1_000));
  if (store === null) throw new Error('locked');
  if (chosen === B) {
    store.record({ event: 'thread', thread: B, origin: 'new', workdir: config.workdir });
    switchTo(store, B, 'new');
  }
  store.close();
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
