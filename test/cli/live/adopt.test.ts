import { describe, expect, it } from 'vitest';
import { installFakeAmp } from '../../support/amp/fake-amp.ts';
import { session, threadOf } from '../../support/cli/agent.ts';
import { GONE } from '../../support/cli/amp-double.ts';
import {
  chatShows,
  fixtureOfFile,
  historyOf,
  messagesAt,
  received,
  threadHas,
  threadIn,
} from '../../workspace/fixture.ts';

const { amp, workspace } = await fixtureOfFile();
const SAID = [{ role: 'user', text: 'said elsewhere' }] as const;

describe('a thread created elsewhere', () => {
  it('thread_id: a new workspace begins in it, with the prompt; use adopts another, without the prompt', async () => {
    const first = amp.addThread({ messages: SAID });
    const dev = await workspace({
      inputs: { ai_prompt: 'go on', thread_id: `${amp.url}/threads/${first}` },
    });
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(first);
    await chatShows(dev, 'go on');
    await threadHas(amp, first, ['said elsewhere', 'go on']);
    expect(historyOf(dev)[0]).toMatchObject({ event: 'thread', thread: first, origin: 'adopted' });

    const own = await threadOf(dev, 'new');
    const foreign = amp.addThread({ archived: true, messages: SAID });
    expect(await session(dev, 'use', `${amp.url}/threads/${foreign}`)).toMatchObject({
      thread: foreign,
      origin: 'adopted',
      active: true,
      now: false,
    });
    await dev.stop();
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(foreign);
    await dev.agentapi.waitForStatus('stable');
    expect(await session(dev, 'send', 'said here')).toMatchObject({ thread: foreign, via: 'agentapi' });
    expect(messagesAt(amp, foreign)).toEqual(['said elsewhere', 'said here']);
    expect(messagesAt(amp, first)).toEqual(['said elsewhere', 'go on']);
    expect(messagesAt(amp, own)).toEqual([]);
  });

  it("thread_id of a thread that doesn't exist: the prompt goes to a new thread", async () => {
    const stderr = 'Error: Failed to unarchive thread: Thread not found\n';
    const fake = installFakeAmp({ commands: { 'threads archive --unarchive': { stderr, exitCode: 1 } } });
    const dev = await workspace({
      ampFolder: fake.dir,
      inputs: { ai_prompt: 'go on', thread_id: GONE },
    });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    expect(thread).not.toBe(GONE);
    await chatShows(dev, 'go on');
    expect(await received(fake)).toEqual([{ thread, message: 'go on' }]);
    expect(dev.log).toContain(`${GONE} is kept in the history`);
  });
});
