import { expect, it } from 'vitest';
import { type Printed, session, threadOf } from '../../support/cli/agent.ts';
import { recordThread } from '../../support/cli/record.ts';
import type { Workspace } from '../../support/workspace/workspace.ts';
import {
  chatShows,
  fixtureOfFile,
  mention,
  messagesAt,
  promptedWorkspace,
  threadHas,
  threadIn,
} from '../../workspace/fixture.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;

/** What a start itself changes in its thread. */
const OF_THE_START = ['starts', 'lastStart', 'lastUsed'];

/** All that is known of a key's threads, except for what a start changes in the active one. */
async function known(dev: Workspace): Promise<{ listed: unknown; shown: readonly Printed[] }> {
  const [of] = (await session(dev, 'list', '--limit', '100'))['keys'] as { threads: Printed[] }[];
  const threads = of?.threads ?? [];
  const settled = (each: Printed) =>
    Object.fromEntries(
      Object.entries(each).filter(
        // A start also records which prompts the chat shows as delivered, those of the previous thread
        // included.
        ([name]) => name !== 'undelivered' && (each['active'] !== true || !OF_THE_START.includes(name)),
      ),
    );
  const shown: Printed[] = [];
  for (const { thread } of threads) shown.push(settled(await session(dev, 'show', String(thread))));
  return { listed: threads.map(settled), shown };
}

it('everything survives a restart without Node, with names, parents and times; a fork is told of its parent once', async () => {
  const { dev, thread: first } = await promptedWorkspace(fixture, 'fix it');
  // Known as soon as somebody asks, and not only at the next start.
  expect(await session(dev, 'show')).toMatchObject({ thread: first, undelivered: false });
  await session(dev, 'rename', first, 'the first');
  const second = await threadOf(dev, 'new', '--name', 'zweiter 🙂');
  // From here on, everything runs on Amp's own executable.
  dev.removeNode();
  const child = await threadOf(dev, 'fork', 'the first', '--name', 'child');
  const grandchild = await threadOf(dev, 'fork');
  await session(dev, 'rename', 'child', "child's name");
  await session(dev, 'use', 'zweiter 🙂');
  const { stateFolder, workdir } = dev;
  await recordThread({ stateFolder, workdir, key: 'telegram:652' }, amp.addThread(), 1);

  const before = await known(dev);
  const bridge = await session(dev, 'show', '--key', 'telegram:652');
  expect(before.listed).toHaveLength(4);
  await dev.stop();
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(second);
  expect(await known(dev)).toEqual(before);
  expect(await session(dev, 'show', '--key', 'telegram:652')).toEqual(bridge);
  expect(await session(dev, 'show', child)).toMatchObject({
    name: "child's name",
    origin: 'forked',
    parent: first,
    children: [grandchild],
    starts: 0,
    undelivered: true,
  });
  expect(await session(dev, 'show', first)).toMatchObject({ children: [child], starts: 1 });

  await session(dev, 'use', child);
  await dev.stop();
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(child);
  await chatShows(dev, mention(first));
  await threadHas(amp, child, [mention(first)]);
  await dev.agentapi.waitForStatus('stable');
  await dev.stop();
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(child);
  await dev.agentapi.waitForStatus('stable');
  await chatShows(dev, mention(first));
  expect(messagesAt(amp, child)).toEqual([mention(first)]);
  expect(messagesAt(amp, first)).toEqual(['fix it']);
  for (const untold of [second, grandchild]) expect(messagesAt(amp, untold)).toEqual([]);
  expect(await session(dev, 'show', child)).toMatchObject({ starts: 2, undelivered: false });
});
