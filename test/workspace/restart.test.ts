import { describe, expect, it } from 'vitest';
import { coderScripts, type State } from '../support/terraform/terraform.ts';
import {
  chatIs,
  chatShows,
  failed,
  fixtureOfFile,
  historyOf,
  messagesAt,
  threadHas,
  threadIn,
} from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/** The scripts, without the ID of the task: outside Coder, its provider makes a new one each time. */
const scriptsOf = (state: State) =>
  coderScripts(state).map(({ script, ...rest }) => ({
    ...rest,
    script: script.replace(/^ *ARG_TASK_ID='.*$/m, ''),
  }));

describe('a thread survives a workspace restart', () => {
  it('cold start, message, stop, warm start: same thread, mode and chat, prompt sent once; a changed prompt is a new turn', async () => {
    const dev = await workspace({ inputs: { ai_prompt: 'fix the $(bug)', mode: 'low' } });

    const cold = await dev.start();
    expect(failed(cold.scripts)).toEqual([]);
    const thread = threadIn(dev.agentArgs());
    expect(dev.agentArgs()).toEqual(['amp', '--mode', 'low', 'threads', 'continue', thread]);
    expect(amp.threads.has(thread)).toBe(true);
    expect(historyOf(dev)[0]).toMatchObject({ event: 'thread', thread, origin: 'new' });
    await chatShows(dev, 'fix the $(bug)');
    await threadHas(amp, thread, ['fix the $(bug)']);
    await dev.agentapi.waitForStatus('stable');
    await dev.agentapi.send('and add a test');
    await chatIs(dev, ['and add a test']);
    await threadHas(amp, thread, ['fix the $(bug)', 'and add a test']);

    await dev.stop();
    expect(dev.agentapiProcesses()).toEqual([]);

    // What Terraform makes of the template for a stop, and for the next start.
    const first = scriptsOf(await dev.provision());
    expect(first.length).toBeGreaterThan(2);
    expect(scriptsOf(await dev.deprovision())).toEqual([]);
    expect(scriptsOf(await dev.provision())).toEqual(first);
    await dev.start();
    expect(dev.agentArgs()).toEqual(['amp', '--mode', 'low', 'threads', 'continue', thread]);
    await dev.agentapi.waitForStatus('stable');
    await chatIs(dev, ['and add a test']);
    expect(messagesAt(amp, thread)).toEqual(['fix the $(bug)', 'and add a test']);
    expect(JSON.parse((await dev.run('amp-session', ['status', '--json'])).stdout)).toMatchObject({
      thread: { thread, origin: 'new', starts: 2, active: true },
      agent: { state: 'running', thread },
      persistence: true,
    });

    await dev.stop();
    await dev.change({ ai_prompt: 'and document it' });
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await chatShows(dev, 'fix the $(bug)');
    await chatIs(dev, ['and add a test', 'and document it']);
    await threadHas(amp, thread, ['fix the $(bug)', 'and add a test', 'and document it']);
  });
});
