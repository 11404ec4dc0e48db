import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Behaviour, behaviours } from '../support/amp/server.ts';
import { waitUntil } from '../support/wait.ts';
import { historyOf, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

/** AgentAPI's module gives up after about 15 s (docs/reliability.md). */
const PATIENCE_MS = 15_000;

const FAILURES: readonly (readonly [string, Behaviour, RegExp])[] = [
  ['hangs for ever', behaviours.hang, /did not answer in time/],
  ['is logged out', behaviours.loggedOut, /not logged in/],
  ['prints nonsense', behaviours.nonsense, /unknown|can't be reached/],
  ['answers 500', behaviours.status(500), /unknown|can't be reached/],
  ['answers 429', behaviours.status(429), /unknown|patience|can't be reached/],
  ['sends to a log-in page', behaviours.loginRedirect, /unknown|not logged in|can't be reached/],
  ['is cut short', behaviours.truncated, /unknown|can't be reached/],
  // Amp takes it for a success, and so do we: nothing is lost by that.
  ['answers in another shape', behaviours.wrongTypes, /Starting the agent/],
];

describe("when Amp's server fails", () => {
  it.each(FAILURES)(
    'I3, I5: %s, on a warm start: the agent starts and the thread stays',
    async (_name, behaviour, said) => {
      const { amp, workspace } = fixture();
      amp.behave(behaviours.ok);
      const dev = await workspace();
      await dev.start();
      const thread = threadIn(dev.agentArgs());
      dev.crash();

      amp.behave(behaviour);
      const { milliseconds, scripts } = await dev.start();
      amp.behave(behaviours.ok);
      expect(scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      expect(milliseconds).toBeLessThan(PATIENCE_MS);
      expect(dev.log).toMatch(said);
      expect(dev.log).toContain(`Starting the agent in ${thread} (start 2)`);
      expect(await status(dev)).toMatchObject({ thread: { thread } });
      expect(historyOf(dev).map(({ event }) => event)).not.toContain('replaced');
    },
  );

  it('I3, I5: out of reach, on a warm start: the agent starts and the thread stays', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace();
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    dev.crash();
    dev.setImage({ AMP_URL: await amp.unreachableUrl() });
    const { scripts } = await dev.start();
    expect(scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(dev.log).toContain("could not be checked (Amp's servers can't be reached)");
    expect(await status(dev)).toMatchObject({ thread: { thread } });
  });

  it('I5, I9: hangs for ever, on a cold start: the agent starts', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace();
    amp.behave(behaviours.hang);
    const { milliseconds, scripts } = await dev.start();
    amp.behave(behaviours.ok);
    expect(scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(milliseconds).toBeLessThan(PATIENCE_MS);
    expect(dev.log).toContain('Amp gave no new thread (Amp did not answer in time)');
  });

  it('the port is taken: the agent starts, in its thread, once it is free', async () => {
    const { amp, workspace } = fixture();
    amp.behave(behaviours.ok);
    const dev = await workspace();
    const stranger = createServer((socket) => socket.destroy()).listen(dev.port, '127.0.0.1');
    await once(stranger, 'listening');
    await dev.provision();
    const scripts = dev.runStartScripts();
    await dev.waitForLog('AgentAPI ended with status 1');
    stranger.close();
    expect((await scripts).scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const [created] = historyOf(dev);
    expect(threadIn(dev.agentArgs())).toBe(created?.['thread']);
  });

  it('`threads new` fails: the thread that the agent opens itself is captured', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace({ inputs: { ai_prompt: 'fix it' } });
    amp.behave(behaviours.status(500), { only: 'createThread' });
    await dev.provision();
    const starting = dev.runStartScripts();
    await dev.waitForLog('Starting the agent in a thread of its own');
    amp.behave(behaviours.ok);
    await starting;
    expect(dev.agentArgs()).toEqual(['amp']);
    // Amp makes its thread with the first message.
    const opened = await waitUntil("Amp's threads", async () => {
      const thread = [...amp.threads.values()].find(({ messages }) => messages.length > 0);
      return { done: thread !== undefined, seen: thread?.id };
    });
    await dev.waitForChat((messages) => messages.includes('fix it'));
    await dev.stop();

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(opened);
    expect(historyOf(dev)).toContainEqual(
      expect.objectContaining({ event: 'thread', thread: opened, origin: 'captured' }),
    );
    await dev.agentapi.waitForStatus('stable');
    expect(await dev.waitForChat(() => true)).toEqual(['fix it']);
  });
});

async function status(dev: { run: (command: string, args: string[]) => Promise<{ stdout: string }> }) {
  return JSON.parse((await dev.run('amp-session', ['status', '--json'])).stdout);
}
