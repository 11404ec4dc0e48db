import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AMP_FAILURES } from '../support/amp/failures.ts';
import { installFakeAmp } from '../support/amp/fake-amp.ts';
import { behaviours } from '../support/amp/server.ts';
import { temporaryFolder } from '../support/folders.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { arrival, historyOf, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

describe("when Amp's server fails", () => {
  it('I3, I5: logged out, then a changed output format, on warm starts: the agent starts and the thread stays', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace();
    await dev.start();
    const thread = threadIn(dev.agentArgs());

    amp.behave(behaviours.loggedOut);
    await staysIn(dev, thread, 2);
    expect(dev.log).toContain('not logged in');
    amp.behave(behaviours.wrongTypes);
    // Amp treats that as success, and so do we: nothing is lost.
    await staysIn(dev, thread, 3);
    amp.behave(behaviours.ok);
    expect(await status(dev)).toMatchObject({ thread: { thread } });
  });

  it('I3, I5: whatever Amp says next, on warm starts: the agent starts and the thread stays', async () => {
    const amp = installFakeAmp({ dir: join(temporaryFolder(), 'amp') });
    const dev = await fixture().workspace({ ampFolder: amp.dir });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    for (const [index, { unarchiveSays }] of AMP_FAILURES.entries()) {
      const stderr = `Error: Failed to unarchive thread: ${unarchiveSays}\n`;
      amp.rescript({ commands: { 'threads archive --unarchive': { exitCode: 1, stderr } } });
      await staysIn(dev, thread, index + 2);
      expect(dev.log).toContain(`${thread} could not be checked`);
    }
    amp.rescript({});
    expect(await status(dev)).toMatchObject({ thread: { thread, starts: AMP_FAILURES.length + 1 } });
  });

  it('I3, I5: unreachable on a warm start: the agent starts and the thread stays', async () => {
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

  it('I5, I9: hangs forever on a cold start: the agent starts', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace();
    dev.keepDeadlines();
    amp.behave(behaviours.hang);
    const { scripts } = await dev.start();
    amp.behave(behaviours.ok);
    expect(scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(dev.log).toContain('Amp created no thread (Amp did not answer in time)');
  });

  it('the port is taken: the agent starts, in its thread, once it is free', async () => {
    const { amp, workspace } = fixture();
    amp.behave(behaviours.ok);
    const dev = await workspace();
    const stranger = createServer((socket) => socket.destroy()).listen(dev.port, '127.0.0.1');
    await once(stranger, 'listening');
    await dev.provision();
    const scripts = dev.runStartScripts();
    await dev.waitForLog('AgentAPI exited with status 1');
    stranger.close();
    expect((await scripts).scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const [created] = historyOf(dev);
    expect(threadIn(dev.agentArgs())).toBe(created?.['thread']);
  });

  it('`threads new` fails: the thread that the agent opens itself is captured', async () => {
    const { amp, workspace } = fixture();
    // Said in no other test: they share Amp's servers.
    const prompt = 'fix it in a thread of your own';
    const dev = await workspace({ inputs: { ai_prompt: prompt } });
    amp.behave(behaviours.status(500), { only: 'createThread' });
    await dev.provision();
    const starting = dev.runStartScripts();
    await dev.waitForLog('Starting the agent in a thread of its own');
    amp.behave(behaviours.ok);
    await starting;
    expect(dev.agentArgs()).toEqual(['amp']);
    // Amp creates its thread with the first message.
    const opened = await arrival(amp, prompt);
    await dev.waitForChat((messages) => messages.includes(prompt));
    await dev.stop();

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(opened);
    expect(historyOf(dev)).toContainEqual(
      expect.objectContaining({ event: 'thread', thread: opened, origin: 'captured' }),
    );
    await dev.agentapi.waitForStatus('stable');
    expect(await dev.waitForChat(() => true)).toEqual([prompt]);
  });
});

/**
 * Crashes the machine and starts it again. Fails unless AgentAPI answers within the 15 s its module waits
 * (after which the scripts fail) and the agent is in the same thread as before.
 */
async function staysIn(dev: Workspace, thread: string, start: number): Promise<void> {
  dev.crash();
  const { scripts } = await dev.runStartScripts();
  expect(scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(dev.log).toContain(`Starting the agent in ${thread} (start ${start})`);
  expect(historyOf(dev).map(({ event }) => event)).not.toContain('replaced');
}

async function status(dev: { run: (command: string, args: string[]) => Promise<{ stdout: string }> }) {
  return JSON.parse((await dev.run('amp-session', ['status', '--json'])).stdout);
}
