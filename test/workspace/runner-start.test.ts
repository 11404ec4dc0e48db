// A warm start of a runner with the real Amp: it starts at once, and Amp's runner itself says whether it has the key's own
// thread. Whatever has become of that meanwhile, the outcome is as if Amp had been asked before.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ran } from '../support/amp/runner.ts';
import { behaviours } from '../support/amp/server.ts';
import { session } from '../support/cli/agent.ts';
import { waitUntil } from '../support/wait.ts';
import { processesOf } from '../support/workspace/machine.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { fixtureOfFile, messagesAt, threadHas } from './fixture.ts';
import {
  ampFile,
  eventsOf,
  linesWith,
  logHas,
  logOf,
  ownThread,
  registration,
  runnerWorkspace,
  serves,
} from './runner.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;
const STARTED_AGAIN = "Amp's runner has dropped the key's own thread. It is started again";

/** A stopped workspace whose runner has served the key's own thread, and that thread. */
async function stoppedWorkspace(prompt?: string) {
  const inputs = prompt === undefined ? {} : { ai_prompt: prompt };
  const { dev, name } = await runnerWorkspace(fixture, { inputs });
  await dev.start();
  await registration(amp, name);
  const own = ownThread(dev);
  if (prompt !== undefined) await threadHas(amp, own, [prompt]);
  await dev.stop();
  return { dev, name, own };
}

/** Waits until none of amp-session's commands runs beside the runner any more. */
async function helpersEnd(dev: Workspace): Promise<void> {
  await waitUntil('what runs beside the runner', async () => {
    const seen = processesOf(dev.home).flatMap(({ args }) => args.filter((word) => /^runner-/.test(word)));
    return { done: seen.length === 0, seen };
  });
}

/** How often Amp's servers were asked to archive or unarchive a thread, after the first `from` requests. */
const asked = (from: number) =>
  amp.requests.slice(from).filter(({ operation }) => operation === 'archiveThread').length;

test('Amp is asked nothing before the runner starts, and nothing stays beside it', async () => {
  const { dev, name, own } = await stoppedWorkspace('look around');
  const [before, runs] = [amp.requests.length, amp.runners.history.length];
  await dev.start();
  await serves(amp, name, [own]);
  await helpersEnd(dev);
  expect(asked(before)).toBe(0);
  expect(await ran(amp, own, 'pwd')).toContain(dev.workdir);
  expect(amp.runners.history.slice(runs)).toEqual([`+${name}`]);
  expect(logOf(dev)).not.toContain(STARTED_AGAIN);
  expect(messagesAt(amp, own)).toEqual(['look around', 'run: pwd']);
});

test('a thread that was archived meanwhile is served again, after one more start of the runner', async () => {
  const { dev, name, own } = await stoppedWorkspace();
  const thread = amp.threads.get(own);
  if (thread !== undefined) thread.archived = true;
  const runs = amp.runners.history.length;
  await dev.start();
  await serves(amp, name, [own]);
  await helpersEnd(dev);
  expect(thread?.archived).toBe(false);
  expect(await ran(amp, own, 'pwd')).toContain(dev.workdir);
  // In order: Amp's servers don't take the second for another one's.
  expect(amp.runners.history.slice(runs)).toEqual([`+${name}`, `-${name}`, `+${name}`]);
  expect(eventsOf(dev, 'replaced')).toEqual([]);
  expect(linesWith(dev, STARTED_AGAIN)).toBe(1);
  expect(logOf(dev)).not.toContain('The runner ended');
  expect(await session(dev, 'status')).toMatchObject({
    runner: { state: 'serving', threads: [own], trouble: null },
  });
});

test('a thread that was deleted meanwhile is replaced with the reason, and the prompt goes to its successor', async () => {
  const { dev, name, own } = await stoppedWorkspace('look around');
  amp.removeThread(own);
  await dev.start();
  await waitUntil('the reason', async () => {
    const seen = eventsOf(dev, 'replaced');
    return { done: seen.length === 1, seen };
  });
  expect(eventsOf(dev, 'replaced')).toMatchObject([
    { thread: own, reason: 'Amp reports that the thread no longer exists' },
  ]);
  const next = await waitUntil('its successor', async () => {
    const seen = String(eventsOf(dev, 'thread')[1]?.['thread']);
    return { done: amp.threads.has(seen), seen };
  });
  await threadHas(amp, next, ['look around']);
  await serves(amp, name, [next]);
  await dev.stop();
  expect(messagesAt(amp, next)).toEqual(['look around']);
});

test('a changed prompt has Amp asked first, and arrives once, also in a thread that the runner left asleep', async () => {
  const { dev, name, own } = await stoppedWorkspace('look around');
  const state = JSON.parse(dev.read(`../../../${ampFile(dev).slice(dev.home.length + 1)}`));
  writeFileSync(ampFile(dev), JSON.stringify({ ...state, sleepingThreadIds: [own] }));
  await dev.change({ ai_prompt: 'look again' });
  const before = amp.requests.length;
  await dev.start();
  await threadHas(amp, own, ['look around', 'look again']);
  expect(asked(before)).toBe(1);
  await helpersEnd(dev);
  await dev.stop();
  await dev.start();
  await serves(amp, name, [own]);
  await helpersEnd(dev);
  expect(messagesAt(amp, own)).toEqual(['look around', 'look again']);
  expect(asked(before)).toBe(1);
});

test('a crash before the runner has said that it dropped the thread: the next start serves it', async () => {
  const { dev, name, own } = await stoppedWorkspace();
  const thread = amp.threads.get(own);
  if (thread !== undefined) thread.archived = true;
  const { behaviour, release } = behaviours.held();
  amp.behave(behaviour, { only: 'userCredentials' });
  await dev.start();
  await waitUntil("the runner's reports", async () => {
    const seen = dev.read('sessions/main/amp-runner.events.jsonl');
    return { done: seen.includes('thread_dropped'), seen };
  });
  await waitUntil('what looks at them', async () => {
    const seen = processesOf(dev.home).flatMap(({ args }) => args);
    return { done: seen.includes('runner-check'), seen };
  });
  dev.crash();
  amp.behave(behaviours.ok, { only: 'userCredentials' });
  release();
  await dev.start();
  await serves(amp, name, [own]);
  expect(thread?.archived).toBe(false);
  expect(eventsOf(dev, 'replaced')).toEqual([]);
});

test('offline, and where this account may not open the thread, it stays the active one, and the log says why', async () => {
  const { dev, name, own } = await stoppedWorkspace();
  dev.setImage({ AMP_URL: await amp.unreachableUrl() });
  await dev.start();
  await logHas(dev, "Couldn't connect to the Amp server");
  await logHas(dev, `${own} could not be checked`);
  await dev.stop();
  dev.setImage({ AMP_URL: amp.url });

  amp.behave(behaviours.status(403), { only: own });
  await dev.start();
  await logHas(dev, `The runner could not open ${own} (Amp's servers refuse it to this account`);
  await helpersEnd(dev);
  await serves(amp, name, [own]);
  await dev.stop();
  amp.behave(behaviours.ok, { only: own });
  await dev.start();
  await serves(amp, name, [own]);
  expect(await ran(amp, own, 'pwd')).toContain(dev.workdir);
  expect(eventsOf(dev, 'replaced')).toEqual([]);
  expect(logOf(dev)).not.toContain(STARTED_AGAIN);
});
