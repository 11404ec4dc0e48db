import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { held } from '../support/amp/behaviours.ts';
import { installFakeAmp } from '../support/amp/fake-amp.ts';
import { behaviours } from '../support/amp/server.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { failed, fixtureOfFile, historyOf, messagesAt, received, threadHas, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/**
 * A profile that waits forever and ignores every signal but SIGKILL, so it uses up all the time it is given.
 */
const HANGING_PROFILE = "trap '' TERM INT HUP\nwhile :; do sleep 1; done\n";

/**
 * One start in which the profile hangs, and so does every call to Amp. AgentAPI's module gives up after about
 * 15 s (docs/reliability.md), and its script fails then.
 */
async function startSlowly(dev: Workspace): Promise<void> {
  writeFileSync(join(dev.home, '.bashrc'), HANGING_PROFILE);
  dev.keepDeadlines();
  const { scripts } = await dev.start();
  expect(failed(scripts)).toEqual([]);
  expect(dev.agentapiProcesses()).toHaveLength(1);
}

describe('I5: a hanging profile and a hanging Amp together', () => {
  it('warm, when the thread and then its messages are queried: the agent starts in it', async () => {
    const dev = await workspace({ inputs: { ai_prompt: 'fix it' } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    // No saved chat says whether the prompt arrived.
    dev.crash();
    amp.behave(behaviours.hang);
    await startSlowly(dev);
    expect(threadIn(dev.agentArgs())).toBe(thread);
    expect(dev.log).toContain('could not be checked (Amp did not answer in time)');
    expect(dev.log).toContain("Amp hasn't confirmed yet that the prompt reached its thread");
  });

  it('I4: a thread that is slow to say what it has: a prompt that never reached it is given once it has said so', async () => {
    const dev = await workspace({ inputs: { ai_prompt: 'fix it' } });
    amp.behave(behaviours.ok);
    amp.behave(behaviours.hang, { only: 'message' });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    dev.crash();
    const { behaviour, release } = held();
    amp.behave(behaviour, { only: 'getThreadTail' });
    dev.keepDeadlines();
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    expect(dev.log).toContain('amp-session goes on asking while the agent runs');
    expect(messagesAt(amp, thread)).toEqual([]);
    release();
    amp.behave(behaviours.ok);
    await threadHas(amp, thread, ['fix it']);
    await dev.agentapi.waitForStatus('stable');
    dev.crash();
    await dev.start();
    await dev.agentapi.waitForStatus('stable');
    expect(messagesAt(amp, thread)).toEqual(['fix it']);
  });

  it('cold: the agent starts; then, as it opened a thread itself, on the longest path: that is captured and continued', async () => {
    const hang = { hang: true };
    const commands = { 'threads new': hang };
    const double = installFakeAmp({ commands });
    const dev = await workspace({
      ampFolder: double.dir,
      inputs: { ai_prompt: 'fix it' },
    });
    await startSlowly(dev);
    expect(dev.log).toContain('Amp created no thread (Amp did not answer in time)');
    const [first] = await received(double);
    dev.crash();
    double.rescript({ commands: { ...commands, 'threads export': hang, 'threads archive': hang } });
    await startSlowly(dev);
    const opened = first?.thread;
    expect(threadIn(dev.agentArgs())).toBe(opened);
    expect(historyOf(dev)).toContainEqual(expect.objectContaining({ thread: opened, origin: 'captured' }));
    const asked = double.calls().map(({ matched }) => matched);
    expect(asked).toEqual(expect.arrayContaining(['threads export', 'threads archive']));
  });
});
