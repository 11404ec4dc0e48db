import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { session } from '../support/cli/agent.ts';
import { waitUntil } from '../support/wait.ts';
import { processesOf } from '../support/workspace/machine.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { fixtureOfFile, historyOf, messagesAt, threadHas, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();
const AfterRestart = z.strictObject({ interrupted: z.boolean(), chatLacks: z.int() });
const NOT_YET = { interrupted: false, chatLacks: -1 };
// Typed as it is, whatever a shell would make of it.
const GO_ON = 'It\'s time to go on:\n  with "what" $(you) `were` doing, \\ and nothing else.';

/** A workspace whose agent is in the middle of a turn. */
async function inMidTurn(said: string, inputs: Record<string, string> = {}) {
  const dev = await workspace({ inputs });
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await dev.agentapi.waitForStatus('stable');
  const endTurns = amp.holdTurns();
  onTestFinished(endTurns);
  await dev.agentapi.send(said);
  await threadHas(amp, thread, [said]);
  return { dev, thread, endTurns };
}

/** Waits until the start has looked at the thread, and has given what it had to give. */
async function hasLooked(dev: Workspace): Promise<void> {
  await waitUntil('deliver', async () => {
    const seen = processesOf(dev.home).filter(({ args }) => args.includes('deliver'));
    return { done: seen.length === 0, seen };
  });
}

/** What status says that the restart has left behind, once the agent is idle. */
async function saysAfterRestart(dev: Workspace): Promise<z.infer<typeof AfterRestart>> {
  return waitUntil('status', async () => {
    const seen = AfterRestart.safeParse((await session(dev, 'status'))['afterRestart']).data;
    return seen === undefined ? { done: false, seen: NOT_YET } : { done: true, seen };
  });
}

/** How often Amp has been asked for all messages of a thread, which its own terminal interface never asks for. */
function exportsOf(thread: string): number {
  return amp.requests.filter((each) => each.threadId === thread && each.operation === 'getThreadMessagesPage')
    .length;
}

async function startsAfterCrash(dev: Workspace): Promise<void> {
  dev.crash();
  await dev.start();
  await hasLooked(dev);
}

it('a turn that was cut off: the agent is told once, and again only for another turn', async () => {
  const { dev, thread, endTurns } = await inMidTurn('one', { on_interrupted_turn: GO_ON });
  await startsAfterCrash(dev);
  await threadHas(amp, thread, ['one', GO_ON]);
  expect(historyOf(dev)).toContainEqual(expect.objectContaining({ event: 'told', thread }));

  // Its own turn is cut off, too.
  await startsAfterCrash(dev);
  expect(dev.log).toContain("isn't given twice in a row");
  expect(messagesAt(amp, thread)).toEqual(['one', GO_ON]);

  endTurns();
  await startsAfterCrash(dev);
  expect(messagesAt(amp, thread)).toEqual(['one', GO_ON]);

  onTestFinished(amp.holdTurns());
  await dev.agentapi.waitForStatus('stable');
  await dev.agentapi.send('two');
  await threadHas(amp, thread, ['one', GO_ON, 'two']);
  await startsAfterCrash(dev);
  await threadHas(amp, thread, ['one', GO_ON, 'two', GO_ON]);
});

it('by default nobody is told, and status says that the turn was interrupted until it goes on', async () => {
  const { dev, thread, endTurns } = await inMidTurn('three');
  dev.crash();
  await dev.start();
  expect(await saysAfterRestart(dev)).toMatchObject({ interrupted: true });
  expect((await dev.run('amp-session', ['status'])).stdout).toMatch(/last turn +was interrupted/);
  endTurns();
  await waitUntil('status', async () => {
    const seen = await saysAfterRestart(dev);
    return { done: !seen.interrupted, seen };
  });
  expect(messagesAt(amp, thread)).toEqual(['three']);
});

it('what a thread got while the agent was stopped: the log and status say that the chat lacks it', async () => {
  const dev = await workspace({ inputs: { on_interrupted_turn: GO_ON } });
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await dev.agentapi.waitForStatus('stable');
  await dev.agentapi.send('in the chat');
  await threadHas(amp, thread, ['in the chat']);
  await dev.agentapi.waitForStatus('stable');
  expect(await session(dev, 'status')).toMatchObject({ afterRestart: null });
  expect(exportsOf(thread)).toBe(0);
  await dev.stop();
  amp.say(thread, 'on the site');
  await dev.start();
  await hasLooked(dev);
  expect(dev.log).toContain(`While the agent wasn't running, ${thread} got a message that the chat lacks`);
  expect(await saysAfterRestart(dev)).toEqual({ interrupted: false, chatLacks: 1 });
  const asked = exportsOf(thread);
  expect((await dev.run('amp-session', ['status'])).stdout).toMatch(/chat +lacks a message/);
  expect(exportsOf(thread)).toBe(asked);
  expect(messagesAt(amp, thread)).toEqual(['in the chat', 'on the site']);
});
