import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installFakeAmp } from '../../support/amp/fake-amp.ts';
import { runnerOf, session, startSession, threadOf } from '../../support/cli/agent.ts';
import { writersIn } from '../../support/cli/writers.ts';
import { waitUntil } from '../../support/wait.ts';
import {
  chatIs,
  chatShows,
  fixtureOfFile,
  historyOf,
  mention,
  messagesAt,
  promptedWorkspace,
  threadHas,
  threadIn,
} from '../../workspace/fixture.ts';

const fixture = await fixtureOfFile();
const { amp, workspace } = fixture;

describe('--now, with a live agent', () => {
  it('new, use and fork: the same start script carries on, the chat follows, and nothing counts as a failure', async () => {
    const { dev, thread: first } = await promptedWorkspace(fixture, 'fix it');
    const { pid } = runnerOf(dev);
    const isIn = async (thread: string) => {
      expect(threadIn(dev.agentArgs())).toBe(thread);
      expect(runnerOf(dev)).toMatchObject({ pid, quickFailures: 0 });
      expect(await session(dev, 'status')).toMatchObject({
        thread: { thread, active: true },
        agent: { state: 'running', thread },
      });
      expect(writersIn(dev.home).map(({ args }) => threadIn(args))).toEqual([thread]);
    };

    const fresh = await threadOf(dev, 'new', '--now', '--name', 'second');
    await isIn(fresh);
    await dev.agentapi.waitForStatus('stable');
    await chatIs(dev, []);
    await session(dev, 'send', 'in the second');

    await threadOf(dev, 'use', first, '--now');
    await isIn(first);
    await dev.agentapi.waitForStatus('stable');
    await chatShows(dev, 'fix it');

    await threadOf(dev, 'use', 'second', '--now');
    await isIn(fresh);
    await dev.agentapi.waitForStatus('stable');
    await chatIs(dev, ['in the second']);

    const child = await threadOf(dev, 'fork', first, '--now');
    await isIn(child);
    await chatShows(dev, mention(first));
    expect(messagesAt(amp, first)).toEqual(['fix it']);
    expect(messagesAt(amp, fresh)).toEqual(['in the second']);
    await threadHas(amp, child, [mention(first)]);
    expect(dev.log).not.toContain('AgentAPI exited with status');
    expect(dev.log.split('Restarting the agent in the chosen thread')).toHaveLength(5);
  });

  it('gives way to a workspace stop halfway through', async () => {
    const { dir: ampFolder } = installFakeAmp();
    const dev = await workspace({ ampFolder });
    await dev.start();
    const first = threadIn(dev.agentArgs());
    const { pid } = runnerOf(dev);
    const changing = startSession(dev, 'new', '--now');
    await waitUntil('the mark', async () => ({
      done: existsSync(join(dev.stateFolder, 'sessions/main/restart')),
      seen: dev.log,
    }));
    const stopped = await dev.runStopScripts();
    expect(stopped.map(({ exitCode }) => exitCode)).toEqual(stopped.map(() => 0));
    await dev.waitForLog('The workspace is stopping; the agent will not be restarted');
    dev.crash();
    await changing.ended;
    expect(dev.log.split('Starting the agent')).toHaveLength(2);

    await dev.start();
    expect(threadIn(dev.agentArgs())).not.toBe(first);
    expect(runnerOf(dev).pid).not.toBe(pid);
    expect((await session(dev, 'status'))['thread']).toMatchObject({ thread: threadIn(dev.agentArgs()) });
    const status = await session(dev, 'show', first);
    expect(status).toMatchObject({ thread: first, active: false, starts: 1 });
  });
});

describe('a crash right after the choice was recorded', () => {
  it("the next start is in the chosen thread, and the other thread's chat is kept", async () => {
    const { dev, thread: first } = await promptedWorkspace(fixture, 'fix it');
    const second = await threadOf(dev, 'new');
    expect(threadIn(dev.agentArgs())).toBe(first);
    const status = await session(dev, 'status');
    expect(status).toMatchObject({ thread: { thread: second }, agent: { state: 'running', thread: first } });
    dev.crash();
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(second);
    expect(messagesAt(amp, second)).toEqual([]);

    // Also while the running agent is switching threads.
    const changing = startSession(dev, 'use', first, '--now');
    await waitUntil('the history', async () => {
      const seen = historyOf(dev).at(-1);
      return { done: seen?.['event'] === 'switched' && seen['to'] === first, seen };
    });
    dev.crash();
    await changing.ended;
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(first);
    await dev.agentapi.waitForStatus('stable');
    expect(messagesAt(amp, first)).toEqual(['fix it']);
    expect(runnerOf(dev).quickFailures).toBe(0);
    expect(existsSync(join(dev.stateFolder, 'sessions/main/restart'))).toBe(false);
  });
});
