import { describe, expect, it } from 'vitest';
import { session, threadOf } from '../../support/cli/agent.ts';
import {
  chatIs,
  historyOf,
  messagesAt,
  promptedWorkspace,
  threadHas,
  threadIn,
  useFixture,
} from '../../workspace/fixture.ts';

const fixture = useFixture();
const SAID = [{ role: 'user', text: 'said elsewhere' }] as const;

describe('a thread created elsewhere', () => {
  it("use adopts it by its URL, archived or not; the next start runs the agent in it, without the template's prompt", async () => {
    const { amp } = fixture();
    const { dev, thread: first } = await promptedWorkspace(fixture(), 'fix it');
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
    expect(messagesAt(amp, first)).toEqual(['fix it']);

    const gone = amp.addThread();
    amp.removeThread(gone);
    const history = dev.read('sessions/main/history.jsonl');
    const refused = await dev.run('amp-session', ['use', gone]);
    expect(refused).toMatchObject({ exitCode: 66, stdout: '' });
    expect(refused.stderr).toContain('Nothing was changed');
    expect(dev.read('sessions/main/history.jsonl')).toBe(history);

    // Keys don't share threads: another key's is not taken over.
    const other = await threadOf(dev, 'send', '--key', 'telegram:652', 'hello');
    const foreignKey = await dev.run('amp-session', ['use', other]);
    expect(foreignKey).toMatchObject({ exitCode: 77, stdout: '' });
    expect(foreignKey.stderr).toContain("belongs to the key 'telegram:652'");
  });

  it('thread_id: a new workspace begins in it, with the prompt, and may later leave it', async () => {
    const { amp, workspace } = fixture();
    const foreign = amp.addThread({ messages: SAID });
    const dev = await workspace({
      inputs: { ai_prompt: 'go on', thread_id: `${amp.url}/threads/${foreign}` },
    });
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(foreign);
    await chatIs(dev, ['go on']);
    await threadHas(amp, foreign, ['said elsewhere', 'go on']);
    expect(historyOf(dev)[0]).toMatchObject({ event: 'thread', thread: foreign, origin: 'adopted' });

    const own = await threadOf(dev, 'new');
    await dev.stop();
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(own);
    expect(messagesAt(amp, foreign)).toEqual(['said elsewhere', 'go on']);
    expect(messagesAt(amp, own)).toEqual([]);
  });

  it("thread_id of a thread that doesn't exist: the prompt goes to a new thread", async () => {
    const { amp, workspace } = fixture();
    const gone = amp.addThread();
    amp.removeThread(gone);
    const dev = await workspace({ inputs: { ai_prompt: 'go on', thread_id: gone } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    expect(thread).not.toBe(gone);
    await chatIs(dev, ['go on']);
    await threadHas(amp, thread, ['go on']);
    expect(dev.log).toContain(`${gone} is kept in the history`);
  });
});
