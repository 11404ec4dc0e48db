import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chatIs, chatShows, fixtureOfFile, messagesAt, promptedWorkspace, threadIn } from './fixture.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;

describe('I8: enable_state_persistence', () => {
  it('off: fresh, nothing recorded, resumed or restored; on again: the thread and its chat are back', async () => {
    const { dev, thread } = await promptedWorkspace(fixture, 'fix it', 'only here');
    await dev.stop();
    const state = join(dev.agentApiFolder, 'agentapi-state.json');
    const kept = { history: dev.read('sessions/main/history.jsonl'), chat: readFileSync(state, 'utf8') };

    await dev.change({ enable_state_persistence: false });
    await dev.start();
    expect(dev.agentArgs()).toEqual(['amp']);
    await chatShows(dev, 'fix it');
    await dev.stop();
    expect(messagesAt(amp, thread)).toEqual(['fix it', 'only here']);
    expect(dev.read('sessions/main/history.jsonl')).toBe(kept.history);
    expect(readFileSync(state, 'utf8')).toBe(kept.chat);

    await dev.change({ enable_state_persistence: true });
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await dev.agentapi.waitForStatus('stable');
    await chatIs(dev, ['only here']);
    expect(messagesAt(amp, thread)).toEqual(['fix it', 'only here']);
  });
});
