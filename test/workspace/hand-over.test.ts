import { expect, it } from 'vitest';
import { behaviours } from '../support/amp/server.ts';
import { messagesAt, threadHas, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

/**
 * Seconds by which Amp's servers delay opening a thread. From 3 s on, AgentAPI 0.12.1 would type while Amp is
 * still opening it, and Amp would open another thread for the typed text.
 */
const DELAYS = [0, 1, 2, 3, 4, 6, 10];

/** Amp drops line breaks and tabs from text typed before its screen is ready. */
const promptOf = (seconds: number) =>
  `task ${seconds}: "quote' $(id), \`x\` and a backslash \\, é 漢\nsecond line\n\tindented\n\nlast`;

it.each(DELAYS)(
  'I4, I7: a prompt arrives whole in its own thread, which opens %i s late',
  async (seconds) => {
    const { amp, workspace } = fixture();
    const prompt = promptOf(seconds);
    const dev = await workspace({ inputs: { ai_prompt: prompt } });
    amp.behave(behaviours.ok);
    for (const only of ['openThread', 'socket'] as const)
      amp.behave(behaviours.slow(seconds * 1_000), { only });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await threadHas(amp, thread, [prompt]);
    const holders = [...amp.threads.keys()].filter((each) => messagesAt(amp, each).includes(prompt));
    expect(holders).toEqual([thread]);
    await dev.stop();

    amp.behave(behaviours.ok);
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await dev.agentapi.waitForStatus('stable');
    await dev.stop();
    expect(messagesAt(amp, thread)).toEqual([prompt]);
  },
);
