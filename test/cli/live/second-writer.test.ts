import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AmpServer, behaviours } from '../../support/amp/server.ts';
import { session, threadOf } from '../../support/cli/agent.ts';
import { writersIn } from '../../support/cli/writers.ts';
import { PATIENT } from '../../support/patience.ts';
import { waitUntil } from '../../support/wait.ts';
import type { Workspace } from '../../support/workspace/workspace.ts';
import { fixtureOfFile, messagesAt, threadHas, threadIn } from '../../workspace/fixture.ts';

const { amp, workspace } = await fixtureOfFile();

describe('a start', () => {
  it('is recorded while a command waits for a slow Amp', async () => {
    const dev = await workspace({ inputs: { ai_prompt: 'fix it' } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await threadHas(amp, thread, ['fix it']);
    await dev.stop();
    await dev.change({ ai_prompt: 'and test it' });
    await dev.provision();
    dev.keepDeadlines();
    const slow = await beginSlowNew(dev, amp);
    await dev.runStartScripts();
    amp.behave(behaviours.ok);
    await slow.ended;
    expect(dev.log).not.toContain('could not be recorded');
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await dev.waitForChat((messages) => messages.includes('and test it'));
    await threadHas(amp, thread, ['fix it', 'and test it']);
  });

  it("that couldn't be recorded doesn't put the agent in another thread for anyone; one that finds a send waits for it, but not for long", async () => {
    const dev = await workspace();
    await dev.start();
    const first = threadIn(dev.agentArgs());
    const second = await threadOf(dev, 'new');
    await dev.stop();
    dev.keepDeadlines();
    const slow = await beginSlowNew(dev, amp);
    await dev.runStartScripts();
    await slow.ended;
    amp.behave(behaviours.ok);
    expect(threadIn(dev.agentArgs())).toBe(second);
    await dev.agentapi.waitForStatus('stable');
    expect((await session(dev, 'status'))['agent']).toMatchObject({ state: 'running', thread: second });
    expect(await session(dev, 'send', 'hello')).toMatchObject({ via: 'agentapi', thread: second });
    expect(messagesAt(amp, first)).toEqual([]);

    await dev.stop();
    // Only the start's wait is to be short: on a slow machine the send may take longer than Amp is given.
    dev.setImage(PATIENT);
    const endTurns = amp.holdTurns();
    const sending = startByPath(dev, 'send', 'early');
    await threadHas(amp, second, ['hello', 'early']);
    expect(writersIn(dev.home, second)).toHaveLength(1);
    dev.keepDeadlines();
    await dev.runStartScripts();
    endTurns();
    // The start went ahead and said so, and the message arrives once.
    expect(await sending).toMatchObject({ exitCode: 0, stderr: '' });
    expect(dev.log).toContain(`${second} is open in a terminal, or a message is being sent to it`);
    expect(messagesAt(amp, second)).toEqual(['hello', 'early']);
  });
});

/** A command called by its path on the volume, before the start scripts have put it on PATH. */
function startByPath(dev: Workspace, ...args: readonly string[]) {
  return dev.run(join(dev.stateFolder, 'bin/amp-session'), args);
}

/** Begins `amp-session new` with an Amp that does not answer it. @returns its end, 20 s later. */
async function beginSlowNew(dev: Workspace, amp: AmpServer) {
  amp.behave(behaviours.hang, { only: 'createThread' });
  const begun = amp.requests.length;
  const slow = startByPath(dev, 'new');
  await waitUntil('the requests', async () => {
    const seen = amp.requests.slice(begun).map(({ operation }) => operation);
    return { done: seen.includes('createThread'), seen };
  });
  // A promise inside another would be awaited.
  return { ended: slow };
}
