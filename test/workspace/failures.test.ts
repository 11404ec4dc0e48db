import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AMP_FAILURES } from '../support/amp/failures.ts';
import { installFakeAmp } from '../support/amp/fake-amp.ts';
import { behaviours } from '../support/amp/server.ts';
import { PATIENT } from '../support/patience.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { arrival, chatShows, failed, fixtureOfFile, historyOf, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

describe("when Amp's server fails", () => {
  it('I3, I5, I9: whatever they do, on cold and warm starts: the agent starts, and a thread once recorded stays', async () => {
    // Said in no other test: they share Amp's servers.
    const prompt = 'fix it in a thread of your own';
    const dev = await workspace();
    dev.keepDeadlines();
    amp.behave(behaviours.hang);
    const { scripts } = await dev.start();
    expect(failed(scripts)).toEqual([]);
    expect(dev.log).toContain('Amp created no thread (Amp did not answer in time)');
    dev.crash();

    // `threads new` fails: the thread that the agent opens itself is captured.
    dev.setImage(PATIENT);
    await dev.change({ ai_prompt: prompt });
    amp.behave(behaviours.ok);
    amp.behave(behaviours.status(500), { only: 'createThread' });
    await dev.provision();
    const starting = dev.runStartScripts();
    // What the log of the start before does not say.
    await dev.waitForLog('Amp created no thread (amp gave an unexpected answer');
    amp.behave(behaviours.ok);
    await starting;
    expect(dev.agentArgs()).toEqual(['amp']);
    // Amp creates its thread with the first message.
    const opened = await arrival(amp, prompt);
    await chatShows(dev, prompt);
    await dev.stop();

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(opened);
    expect(historyOf(dev)).toContainEqual(
      expect.objectContaining({ event: 'thread', thread: opened, origin: 'captured' }),
    );
    await dev.agentapi.waitForStatus('stable');
    await chatShows(dev, prompt);

    const { starts } = (await status(dev)).thread;
    amp.behave(behaviours.loggedOut);
    await staysIn(dev, opened, starts + 1);
    expect(dev.log).toContain('not logged in');
    amp.behave(behaviours.wrongTypes);
    // Amp treats that as success, and so do we: nothing is lost.
    await staysIn(dev, opened, starts + 2);
    amp.behave(behaviours.ok);
    dev.setImage({ AMP_URL: await amp.unreachableUrl() });
    await staysIn(dev, opened, starts + 3);
    expect(dev.log).toContain("could not be checked (Amp's servers can't be reached)");
    expect(await status(dev)).toMatchObject({ thread: { thread: opened } });
  });

  it('I3, I5: on a port that is taken at first, and then whatever Amp says: the agent starts, and the thread stays', async () => {
    const double = installFakeAmp();
    const dev = await workspace({ ampFolder: double.dir });
    const stranger = createServer((socket) => socket.destroy()).listen(dev.port, '127.0.0.1');
    await once(stranger, 'listening');
    await dev.provision();
    const starting = dev.runStartScripts();
    await dev.waitForLog('AgentAPI exited with status 1');
    stranger.close();
    expect(failed((await starting).scripts)).toEqual([]);
    const thread = threadIn(dev.agentArgs());
    expect(historyOf(dev)[0]?.['thread']).toBe(thread);

    const { starts } = (await status(dev)).thread;
    // What the double says is all that one failure differs in from another.
    const words = new Set(AMP_FAILURES.map(({ unarchiveSays }) => unarchiveSays));
    for (const [index, says] of [...words].entries()) {
      const stderr = `Error: Failed to unarchive thread: ${says}\n`;
      double.rescript({ commands: { 'threads archive --unarchive': { exitCode: 1, stderr } } });
      await staysIn(dev, thread, starts + index + 1);
      expect(dev.log).toContain(`${thread} could not be checked`);
    }
    double.rescript({});
    expect(await status(dev)).toMatchObject({ thread: { thread, starts: starts + words.size } });
  });
});

/**
 * Crashes the machine and starts it again. Fails unless AgentAPI answers within the 15 s its module waits
 * (after which the scripts fail) and the agent is in the same thread as before.
 */
async function staysIn(dev: Workspace, thread: string, start: number): Promise<void> {
  dev.crash();
  const { scripts } = await dev.runStartScripts();
  expect(failed(scripts)).toEqual([]);
  expect(dev.log).toContain(`Starting the agent in ${thread} (start ${start})`);
  expect(historyOf(dev).map(({ event }) => event)).not.toContain('replaced');
}

async function status(dev: { run: (command: string, args: string[]) => Promise<{ stdout: string }> }) {
  return JSON.parse((await dev.run('amp-session', ['status', '--json'])).stdout);
}
