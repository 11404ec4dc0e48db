import { expect, it } from 'vitest';
import { changeableAmp } from '../support/amp/changeable.ts';
import { type FakeAmp, installFakeAmp } from '../support/amp/fake-amp.ts';
import { imageEnv, realAmpDir } from '../support/amp/real-amp.ts';
import { type AmpServer, behaviours, startAmpServer } from '../support/amp/server.ts';
import { session, threadOf } from '../support/cli/agent.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import {
  arrival,
  chatIs,
  chatShows,
  type Fixture,
  fixtureOfFile,
  historyOf,
  mention,
  messagesAt,
  threadHas,
  threadIn,
} from './fixture.ts';

const fixture = await fixtureOfFile();
const { amp, workspace } = fixture;

/**
 * Seconds by which Amp's servers delay opening a thread. From 3 s on, AgentAPI 0.12.1 would type while Amp is
 * still opening it, and Amp would open another thread for the typed text (test/conformance/README.md). Each
 * list has a workspace of its own, so that the waiting of the lists overlaps.
 */
const DELAYS = [
  [10, 0, 1, 2],
  [3, 4, 6],
] as const;
/** After this delay, the real Amp opens the thread again, and takes one more message. */
const REOPENED = 4;
/** What is sent, forked or cut short by a crash meets this delay. */
const LATE = 4;

/** Amp drops line breaks and tabs from text typed before its screen is ready. */
const PROMPT = `task: "quote' $(id), \`x\` and a backslash \\, é 漢\nsecond line\n\tindented\n\nlast`;

/** Makes Amp's servers open threads, and the agent's channel to them, this many seconds late. */
function openLate(amp: AmpServer, seconds: number): void {
  amp.behave(behaviours.ok);
  if (seconds === 0) return;
  for (const only of ['openThread', 'socket']) amp.behave(behaviours.slow(seconds * 1_000), { only });
}

/** The threads that have received a user message. */
function holders(amp: AmpServer, text: string): string[] {
  return [...amp.threads.keys()].filter((thread) => messagesAt(amp, thread).includes(text));
}

/** The next start, with Amp's servers at normal speed. @returns its thread. */
async function startAgain(dev: Workspace, amp: AmpServer): Promise<string> {
  openLate(amp, 0);
  await dev.start();
  return threadIn(dev.agentArgs());
}

/** A double of Amp whose threads have these messages of the user. */
function doubleThatHas(texts: readonly string[]): FakeAmp {
  const messages = texts.map((text) => ({ role: 'user', content: [{ type: 'text', text }] }));
  const commands = { 'threads export': { stdout: JSON.stringify({ messages }) } };
  return installFakeAmp({ commands });
}

/** One workspace that starts for the first time after each of these delays, and then once more. */
async function promptArrives({ workspace }: Fixture, delays: readonly number[]): Promise<void> {
  const image = changeableAmp();
  const dev = await workspace({ ampFolder: image.folder, inputs: { ai_prompt: PROMPT } });
  for (const seconds of delays) {
    const late = `${seconds} s late`;
    // Servers of its own: all prompts are the same, because only what Terraform needn't render again is cheap.
    const amp = await startAmpServer();
    dev.setImage(imageEnv(amp));
    openLate(amp, seconds);
    image.use(realAmpDir());
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await threadHas(amp, thread, [PROMPT]);
    await chatShows(dev, PROMPT);
    await dev.agentapi.waitForStatus('stable');
    await dev.stop();

    // Nothing is late now. Which thread it is, and whether the prompt is sent once more, is the module's to
    // decide, and doesn't depend on the delay: so the real Amp opens it once, and else a double that tells
    // what the thread has.
    openLate(amp, 0);
    const real = seconds === REOPENED;
    const double = doubleThatHas(messagesAt(amp, thread));
    if (!real) image.use(double.dir);
    await dev.start();
    expect(threadIn(dev.agentArgs()), late).toBe(thread);
    await chatShows(dev, PROMPT);
    await dev.agentapi.waitForStatus('stable');
    await session(dev, 'send', 'and test it');
    if (real) await threadHas(amp, thread, [PROMPT, 'and test it']);
    else await expect.poll(double.received, { message: late }).toEqual([{ thread, message: 'and test it' }]);
    expect(holders(amp, PROMPT), late).toEqual([thread]);
    const delivered = historyOf(dev).filter(({ event }) => event === 'prompt-delivered');
    expect(delivered, late).toEqual([expect.objectContaining({ thread })]);
    dev.crash();
    dev.empty();
    await amp.close();
  }
}

it('I4, I7, I11: a prompt arrives whole and once in its own thread, which opens 0 to 10 s late', async () => {
  await Promise.all(DELAYS.map((delays) => promptArrives(fixture, delays)));
});

it("I4, I11: a person's message, a prompt before a crash and a fork's first prompt arrive once in a thread that opens late", async () => {
  const [message, prompt] = ['a message too early', 'fix it, and crash'];
  const dev = await workspace();

  // What a person sends isn't held back: it goes astray. The thread that has it is continued.
  openLate(amp, LATE);
  await dev.start();
  await dev.agentapi.waitForStatus('stable');
  await dev.agentapi.send(message);
  const thread = await arrival(amp, message);
  await dev.agentapi.waitForStatus('stable');
  await dev.stop();

  await dev.change({ ai_prompt: prompt });
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(thread);
  await chatIs(dev, [message, prompt]);
  // It is not sent again after a crash.
  expect(await arrival(amp, prompt)).toBe(thread);
  dev.crash();
  const now = await startAgain(dev, amp);
  expect(now, dev.log + JSON.stringify(historyOf(dev), null, 1)).toBe(thread);
  await dev.agentapi.waitForStatus('stable');
  expect([holders(amp, message), holders(amp, prompt)]).toEqual([[thread], [thread]]);

  const child = await threadOf(dev, 'fork');
  await dev.stop();
  openLate(amp, LATE);
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(child);
  const told = mention(thread);
  expect(await arrival(amp, told)).toBe(child);
  await chatShows(dev, told);
  await dev.agentapi.waitForStatus('stable');
  await dev.stop();

  expect(await startAgain(dev, amp)).toBe(child);
  await chatShows(dev, told);
  await dev.agentapi.waitForStatus('stable');
  expect([holders(amp, prompt), holders(amp, told)]).toEqual([[thread], [child]]);
});
