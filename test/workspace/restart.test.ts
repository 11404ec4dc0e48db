import { describe, expect, it } from 'vitest';
import { chatIs, historyOf, messagesAt, threadHas, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

describe('a thread survives a workspace restart', () => {
  it('cold, a message, stop, warm: the same thread and chat, and the prompt once', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace({ inputs: { ai_prompt: 'fix the $(bug)' } });

    const cold = await dev.start();
    expect(cold.scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const thread = threadIn(dev.agentArgs());
    expect(dev.agentArgs()).toEqual(['amp', 'threads', 'continue', thread]);
    expect(amp.threads.has(thread)).toBe(true);
    expect(historyOf(dev)[0]).toMatchObject({ event: 'thread', thread, origin: 'new' });
    await chatIs(dev, ['fix the $(bug)']);
    await threadHas(amp, thread, ['fix the $(bug)']);
    await dev.agentapi.waitForStatus('stable');
    await dev.agentapi.send('and add a test');
    await chatIs(dev, ['fix the $(bug)', 'and add a test']);
    await threadHas(amp, thread, ['fix the $(bug)', 'and add a test']);

    await dev.stop();
    expect(dev.agentapiProcesses()).toEqual([]);

    await dev.start();
    expect(dev.agentArgs()).toEqual(['amp', 'threads', 'continue', thread]);
    await dev.agentapi.waitForStatus('stable');
    await chatIs(dev, ['fix the $(bug)', 'and add a test']);
    expect(messagesAt(amp, thread)).toEqual(['fix the $(bug)', 'and add a test']);
    expect(JSON.parse((await dev.run('amp-session', ['status', '--json'])).stdout)).toMatchObject({
      thread: { thread, origin: 'new', starts: 2, active: true },
      agent: { state: 'running', thread },
      persistence: true,
    });
  });

  it('keeps the mode in front, cold and warm', async () => {
    const { workspace } = fixture();
    const dev = await workspace({ inputs: { mode: 'low' } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await dev.stop();
    await dev.start();
    expect(dev.agentArgs()).toEqual(['amp', '--mode', 'low', 'threads', 'continue', thread]);
  });

  it('takes a changed prompt as a new turn in the same thread', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace({ inputs: { ai_prompt: 'first' } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await chatIs(dev, ['first']);
    await threadHas(amp, thread, ['first']);
    await dev.stop();
    await dev.change({ ai_prompt: 'second' });
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await chatIs(dev, ['first', 'second']);
    await threadHas(amp, thread, ['first', 'second']);
  });
});
