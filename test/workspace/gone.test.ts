import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  chatIs,
  chatShows,
  fixtureOfFile,
  historyOf,
  promptedWorkspace,
  threadHas,
  threadIn,
} from './fixture.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;

describe('a thread that changed at Amp', () => {
  it('archived: it is continued; deleted: a fresh one takes its place, with its own prompt and chat', async () => {
    const { dev, thread: old } = await promptedWorkspace(fixture, 'fix it', 'said in the old thread');
    await dev.stop();
    const archived = amp.threads.get(old);
    if (archived === undefined) throw new Error('The stub lost the thread.');
    archived.archived = true;

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(old);
    expect(archived.archived).toBe(false);
    await chatIs(dev, ['said in the old thread']);
    await dev.stop();
    amp.removeThread(old);

    await dev.start();
    const fresh = threadIn(dev.agentArgs());
    expect(fresh).not.toBe(old);
    await chatShows(dev, 'fix it');
    await threadHas(amp, fresh, ['fix it']);
    expect(historyOf(dev)).toContainEqual(
      expect.objectContaining({
        event: 'replaced',
        thread: old,
        reason: expect.stringContaining('no longer exists'),
      }),
    );
    const aside = join(dev.stateFolder, 'sessions/main/chats', `${old}.json`);
    expect(readFileSync(aside, 'utf8')).toContain('said in the old thread');
  });
});
