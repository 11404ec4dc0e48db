import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { behaviours } from '../support/amp/server.ts';
import { ampThatFirst, crashAt } from '../support/workspace/crash.ts';
import { chatShows, failed, fixtureOfFile, historyOf, messagesAt, threadHas, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

describe('killed at other moments', () => {
  it("I1: the thread is in the history before AgentAPI runs its agent; a pid file with a stranger's PID does not block the next start", async () => {
    const ampFolder = ampThatFirst(`
      if [[ $* == *"threads continue"* && ! -e $HOME/agent-started ]]; then
        : >"$HOME/agent-started"; sleep infinity
      fi`);
    const dev = await workspace({ ampFolder, inputs: { ai_prompt: 'fix it' } });
    await crashAt(dev, 'agent-started');
    const [created] = historyOf(dev);
    expect(created).toMatchObject({ event: 'thread', origin: 'new' });
    writeFileSync(join(dev.agentApiFolder, 'agentapi.pid'), `${process.pid}\n`);

    const { scripts } = await dev.start();
    expect(failed(scripts)).toEqual([]);
    expect(threadIn(dev.agentArgs())).toBe(created?.['thread']);
    expect(dev.log).toContain(`its process ${process.pid} is no longer an AgentAPI server`);
    // The thread itself shows that the prompt never arrived, so it is sent now, once.
    await chatShows(dev, 'fix it');
  });

  it('I4: simultaneous starts run one agent; a prompt still on its way to Amp when the workspace stops is sent again', async () => {
    // Said in no other test: they share Amp's servers.
    const prompt = 'fix it, on your way';
    const dev = await workspace({ inputs: { ai_prompt: prompt } });
    amp.behave(behaviours.hang, { only: 'message' });
    await dev.provision();
    await Promise.all([dev.runStartScripts(), dev.runStartScripts(), dev.runStartScripts()]);
    expect(dev.agentapiProcesses()).toHaveLength(1);
    expect(historyOf(dev).filter(({ event }) => event === 'thread')).toHaveLength(1);
    const thread = threadIn(dev.agentArgs());
    await chatShows(dev, prompt);
    await dev.stop();
    expect(messagesAt(amp, thread)).toEqual([]);

    amp.behave(behaviours.ok);
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await threadHas(amp, thread, [prompt]);
    await dev.stop();
    await dev.start();
    await dev.agentapi.waitForStatus('stable');
    expect(messagesAt(amp, thread)).toEqual([prompt]);
  });
});
