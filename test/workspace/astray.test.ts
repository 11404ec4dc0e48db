import { expect, it } from 'vitest';
import { behaviours } from '../support/amp/server.ts';
import { waitUntil } from '../support/wait.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { chatIs, historyOf, messagesAt, threadHas, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

/**
 * Seconds by which Amp's servers delay opening a thread: at 4 s a prompt goes astray (facts, "Which thread a
 * running TUI is in").
 */
const DELAYS = process.env['ALL_DELAYS'] ? [0, 1, 2, 3, 4, 6, 10] : [0, 4];

/** Makes Amp's servers open threads, and the agent's channel to them, this many seconds late. */
function openLate(seconds: number): void {
  const { amp } = fixture();
  amp.behave(behaviours.ok);
  if (seconds === 0) return;
  for (const only of ['openThread', 'socket']) amp.behave(behaviours.slow(seconds * 1_000), { only });
}

/** The threads that have received a user message. */
function holders(text: string): string[] {
  const { amp } = fixture();
  return [...amp.threads.keys()].filter((thread) => messagesAt(amp, thread).includes(text));
}

async function arrival(text: string): Promise<string> {
  const [thread] = await waitUntil(`where '${text}' is`, async () => {
    const seen = holders(text);
    return { done: seen.length > 0, seen };
  });
  return thread ?? '';
}

/** The next start, with Amp's servers at normal speed, and everything in its thread. */
async function startAgain(dev: Workspace): Promise<string> {
  openLate(0);
  await dev.start();
  return threadIn(dev.agentArgs());
}

it.each(DELAYS)(
  'I4, I11: a prompt ends up in exactly one thread, and that one is continued: opening takes %i s',
  async (seconds) => {
    const { amp, workspace } = fixture();
    const prompt = `fix it in ${seconds}`;
    const dev = await workspace({ inputs: { ai_prompt: prompt } });
    openLate(seconds);
    await dev.start();
    const thread = await arrival(prompt);
    await chatIs(dev, [prompt]);
    await dev.agentapi.waitForStatus('stable');
    await dev.stop();

    expect(await startAgain(dev)).toBe(thread);
    await chatIs(dev, [prompt]);
    await dev.agentapi.waitForStatus('stable');
    await dev.agentapi.send('and test it');
    await threadHas(amp, thread, [prompt, 'and test it']);
    expect(holders(prompt)).toEqual([thread]);
    const delivered = historyOf(dev).filter(({ event }) => event === 'prompt-delivered');
    expect(delivered).toEqual([expect.objectContaining({ thread })]);
  },
);

it('I4, I11: a prompt that went astray is not resent after a crash', async () => {
  const { workspace } = fixture();
  const prompt = 'fix it, and crash';
  const dev = await workspace({ inputs: { ai_prompt: prompt } });
  openLate(4);
  await dev.start();
  const thread = await arrival(prompt);
  dev.crash();
  const now = await startAgain(dev);
  expect(now, dev.log + JSON.stringify(historyOf(dev), null, 1)).toBe(thread);
  await dev.agentapi.waitForStatus('stable');
  expect(holders(prompt)).toEqual([thread]);
});

it('I11: a message that a person sends while the thread is opening is in the thread that is continued', async () => {
  const { workspace } = fixture();
  const message = 'a message too early';
  const dev = await workspace();
  openLate(6);
  await dev.start();
  await dev.agentapi.waitForStatus('stable');
  await dev.agentapi.send(message);
  const thread = await arrival(message);
  await dev.agentapi.waitForStatus('stable');
  await dev.stop();

  expect(await startAgain(dev)).toBe(thread);
  await chatIs(dev, [message]);
  expect(holders(message)).toEqual([thread]);
});
