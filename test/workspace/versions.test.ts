import { readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeableAmp } from '../support/amp/changeable.ts';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { ampsIn } from '../support/cli/writers.ts';
import { ampOfVersion } from '../support/versions/amp-version.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import {
  chatIs,
  fixtureOfFile,
  historyOf,
  messagesAt,
  threadHas,
  threadIn,
  threadIsShown,
} from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/**
 * Older versions, oldest first: `threads new` prints a bare ID and threads are fetched whole; it prints a
 * URL, with one last-thread record per home; last threads per checkout.
 */
const OLD = ['0.0.1784106548-gd81d8b', '0.0.1788854443-g7f007d', '0.0.1789963237-g4ed0c7'] as const;

const PROMPT = 'fix it';

/**
 * One start in the thread, in which the user sends a message once the earlier ones have reached Amp's
 * servers.
 */
async function startAndSay(dev: Workspace, before: readonly string[], text: string): Promise<string[]> {
  const asked = amp.requests.length;
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await threadIsShown(amp, thread, asked);
  await chatIs(dev, before);
  await threadHas(amp, thread, [PROMPT, ...before]);
  await dev.agentapi.waitForStatus('stable');
  await dev.agentapi.send(text);
  const said = [...before, text];
  await chatIs(dev, said);
  await threadHas(amp, thread, [PROMPT, ...said]);
  return said;
}

/** The executable that the agent is. */
function agentOf(dev: Workspace): string {
  const [agent, ...others] = ampsIn(dev.home);
  if (agent === undefined || others.length > 0) throw new Error(`${others.length} others run beside an Amp.`);
  return readlinkSync(`/proc/${agent.pid}/exe`);
}

describe('different versions of the real Amp between starts', () => {
  it('down to the oldest, then upgraded step by step: one thread, one chat, the prompt once', async () => {
    const olds = new Map<string, string>();
    for (const version of OLD) olds.set(version, await ampOfVersion(version));
    const current = realAmpDir();
    const image = changeableAmp();
    const dev = await workspace({
      ampFolder: image.folder,
      inputs: { ai_prompt: PROMPT },
    });
    const known = new Set(amp.threads.keys());
    let said: readonly string[] = [];
    const ran: string[] = [];
    // Newest first: AgentAPI types a prompt once the screen settles, when an old Amp may still be loading the
    // thread.
    const folders = [current, ...olds.values(), current];
    for (const folder of folders) {
      image.use(folder);
      said = await startAndSay(dev, said, `said in start ${said.length + 1}`);
      ran.push(agentOf(dev));
      await dev.stop();
    }

    expect(ran).toEqual(folders.map((folder) => realpathSync(join(folder, 'amp'))));
    expect(new Set(ran).size).toBe(OLD.length + 1);
    const fresh = [...amp.threads.keys()].filter((id) => !known.has(id));
    expect(fresh).toHaveLength(1);
    const [thread = ''] = fresh;
    // Counted at Amp's servers, whatever the chat shows.
    expect(messagesAt(amp, thread)).toEqual([PROMPT, ...said]);
    const events = historyOf(dev).filter(({ event }) => event !== 'prompt-delivered');
    expect(events.filter(({ event }) => event === 'launched')).toHaveLength(ran.length);
    expect(new Set(events.flatMap((event) => event['thread'] ?? []))).toEqual(new Set([thread]));
    expect(events.map(({ event }) => event)).not.toContain('replaced');
  });
});
