import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ampThatFirst, crashAt } from '../support/workspace/crash.ts';
import { fixtureOfFile, historyOf, threadHas, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

describe('killed at the worst moment', () => {
  it('I1: right after `threads new` returned: the next start resumes that thread', async () => {
    const ampFolder = ampThatFirst(`
      if [[ $* == "threads new" && ! -e $HOME/handed-out ]]; then
        "$real" "$@"; : >"$HOME/handed-out"; sleep infinity
      fi`);
    const dev = await workspace({ ampFolder });
    const before = new Set(amp.threads.keys());
    await crashAt(dev, 'handed-out');
    const handedOut = [...amp.threads.keys()].filter((id) => !before.has(id));
    expect(handedOut).toHaveLength(1);

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(handedOut[0]);
    expect(historyOf(dev)[0]).toMatchObject({ event: 'thread', thread: handedOut[0], origin: 'recovered' });
    expect([...amp.threads.keys()].filter((id) => !before.has(id))).toEqual(handedOut);
  });

  it('I4: after the prompt was typed but before anything recorded it: it is not sent again', async () => {
    const dev = await workspace({ inputs: { ai_prompt: 'fix it' } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await threadHas(amp, thread, ['fix it']);
    dev.crash();
    expect(existsSync(join(dev.agentApiFolder, 'agentapi-state.json'))).toBe(false);

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await dev.agentapi.waitForStatus('stable');
    expect(amp.threads.get(thread)?.messages.filter(({ role }) => role === 'user')).toHaveLength(1);
    expect(historyOf(dev)).toContainEqual(
      expect.objectContaining({ event: 'prompt-delivered', evidence: "the thread's own messages" }),
    );
  });

  it('AgentAPI dies while the workspace runs: it comes back in the same thread', async () => {
    const dev = await workspace();
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    dev.killAgentapi();
    await dev.waitForRun(2);
    await dev.agentapi.waitUntilAnswers();
    expect(threadIn(dev.agentArgs())).toBe(thread);
  });
});
