import { expect, it } from 'vitest';
import { behaviours } from '../support/amp/server.ts';
import { session, threadOf } from '../support/cli/agent.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import {
  arrival,
  chatIs,
  historyOf,
  mention,
  messagesAt,
  threadHas,
  threadIn,
  useFixture,
} from './fixture.ts';

const fixture = useFixture();

/**
 * Seconds by which Amp's servers delay opening a thread. From 3 s on, AgentAPI 0.12.1 would type while Amp is
 * still opening it, and Amp would open another thread for the typed text (test/conformance/README.md).
 */
const DELAYS = [0, 1, 2, 3, 4, 6, 10];
/** What a person sends isn't held back: it goes astray. */
const SENT_DELAYS = [4];
const FORK_DELAYS = [4];

/** Amp drops line breaks and tabs from text typed before its screen is ready. */
const promptOf = (seconds: number) =>
  `task ${seconds}: "quote' $(id), \`x\` and a backslash \\, é 漢\nsecond line\n\tindented\n\nlast`;

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

/** The next start, with Amp's servers at normal speed, and everything in its thread. */
async function startAgain(dev: Workspace): Promise<string> {
  openLate(0);
  await dev.start();
  return threadIn(dev.agentArgs());
}

it.each(DELAYS)(
  'I4, I7, I11: a prompt arrives whole and once in its own thread, which opens %i s late',
  async (seconds) => {
    const { amp, workspace } = fixture();
    const prompt = promptOf(seconds);
    const dev = await workspace({ inputs: { ai_prompt: prompt } });
    openLate(seconds);
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await threadHas(amp, thread, [prompt]);
    await chatIs(dev, [prompt]);
    await dev.agentapi.waitForStatus('stable');
    await dev.stop();

    expect(await startAgain(dev)).toBe(thread);
    await chatIs(dev, [prompt]);
    await dev.agentapi.waitForStatus('stable');
    await session(dev, 'send', 'and test it');
    await threadHas(amp, thread, [prompt, 'and test it']);
    expect(holders(prompt)).toEqual([thread]);
    const delivered = historyOf(dev).filter(({ event }) => event === 'prompt-delivered');
    expect(delivered).toEqual([expect.objectContaining({ thread })]);
  },
);

it.each(FORK_DELAYS)(
  "I4, I11: a fork's first prompt arrives once, in the fork, which opens %i s late",
  async (seconds) => {
    const { workspace } = fixture();
    const prompt = `fork this at ${seconds}`;
    const dev = await workspace({ inputs: { ai_prompt: prompt } });
    openLate(0);
    await dev.start();
    const parent = await arrival(fixture().amp, prompt);
    await dev.agentapi.waitForStatus('stable');
    const child = await threadOf(dev, 'fork');
    await dev.stop();

    openLate(seconds);
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(child);
    const told = mention(parent);
    expect(await arrival(fixture().amp, told)).toBe(child);
    await chatIs(dev, [told]);
    await dev.agentapi.waitForStatus('stable');
    await dev.stop();

    expect(await startAgain(dev)).toBe(child);
    await chatIs(dev, [told]);
    await dev.agentapi.waitForStatus('stable');
    expect([holders(prompt), holders(told)]).toEqual([[parent], [child]]);
  },
);

it('I4, I11: a prompt that went astray is not resent after a crash', async () => {
  const { workspace } = fixture();
  const prompt = 'fix it, and crash';
  const dev = await workspace({ inputs: { ai_prompt: prompt } });
  openLate(4);
  await dev.start();
  const thread = await arrival(fixture().amp, prompt);
  dev.crash();
  const now = await startAgain(dev);
  expect(now, dev.log + JSON.stringify(historyOf(dev), null, 1)).toBe(thread);
  await dev.agentapi.waitForStatus('stable');
  expect(holders(prompt)).toEqual([thread]);
});

it.each(SENT_DELAYS)(
  'I11: a message that a person sends while the thread opens %i s late is in the thread that is continued',
  async (seconds) => {
    const { workspace } = fixture();
    const message = `a message too early by ${seconds}`;
    const dev = await workspace();
    openLate(seconds);
    await dev.start();
    await dev.agentapi.waitForStatus('stable');
    await dev.agentapi.send(message);
    const thread = await arrival(fixture().amp, message);
    await dev.agentapi.waitForStatus('stable');
    await dev.stop();

    expect(await startAgain(dev)).toBe(thread);
    await chatIs(dev, [message]);
    expect(holders(message)).toEqual([thread]);
  },
);
