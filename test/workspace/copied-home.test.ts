import { cpSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { session } from '../support/cli/agent.ts';
import { fixtureOfFile, messagesAt, threadHas, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

it('a home that was copied to another workspace begins a thread of its own there, and leaves the first one alone', async () => {
  const dev = await workspace({ inputs: { ai_prompt: 'for the first' } });
  await dev.start();
  const first = threadIn(dev.agentArgs());
  await threadHas(amp, first, ['for the first']);
  await dev.stop();
  const copy = await workspace({ inputs: { ai_prompt: 'for the copy' } });
  rmSync(copy.home, { recursive: true });
  cpSync(dev.home, copy.home, { recursive: true });

  await copy.start();
  const own = threadIn(copy.agentArgs());
  expect(own).not.toBe(first);
  await threadHas(amp, own, ['for the copy']);
  expect(copy.log).toContain('This home was copied from another workspace');
  expect(await session(copy, 'status')).toMatchObject({ thread: { thread: own } });
  expect(messagesAt(amp, first)).toEqual(['for the first']);
  await copy.stop();
  await copy.start();
  expect(threadIn(copy.agentArgs())).toBe(own);

  await session(copy, 'use', first);
  await copy.stop();
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(first);
  await dev.stop();
  await copy.start();
  expect(threadIn(copy.agentArgs())).toBe(first);
  expect([messagesAt(amp, first), messagesAt(amp, own)]).toEqual([['for the first'], ['for the copy']]);
});
