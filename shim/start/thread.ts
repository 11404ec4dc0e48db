import { rmSync } from 'node:fs';
import { type AmpContext, exportThread, newThread, unarchiveThread } from '../amp/calls.ts';
import { promptEvidenceInExport } from '../amp/export.ts';
import { type AmpOutcome, outcomeOf } from '../amp/outcome.ts';
import { lastThreadOf } from '../amp/private-record.ts';
import { findThreadId, type ThreadId } from '../amp/thread-id.ts';
import { decideThread } from '../decide/thread.ts';
import type { Store } from '../store/store.ts';
import type { Deadline } from '../system/deadline.ts';
import { fileTimeStamp, moveIfPresent, readTextIfPresent } from '../system/files.ts';
import { say } from '../system/report.ts';

/** `amp threads new` and `archive --unarchive` take about 0.5 s each; a slow network gets ten times that. */
const CHECK_MS = 4_000;
const NEW_THREAD_MS = 5_000;

/** What a start needs in order to find its thread. */
export type ThreadSearch = { readonly amp: AmpContext; readonly home: string; readonly deadline: Deadline };

/**
 * Finds the thread that the agent will be started in: the recorded one if Amp has it, else a new one. Its ID is on the
 * volume when this returns (invariant I1).
 * @returns null when Amp gives none: the agent opens one itself and it is captured at the next start.
 */
export async function findThread(store: Store, search: ThreadSearch): Promise<ThreadId | null> {
  recoverHandedOutThread(store, search.amp.workdir);
  await captureOpenedThread(store, search);
  let check: AmpOutcome | null = null;
  let asked = false;
  for (;;) {
    const step = decideThread(store.session.active?.thread ?? null, check, asked);
    switch (step.do) {
      case 'check':
        check = outcomeOf(await unarchiveThread(search.amp, step.thread, search.deadline.allow(CHECK_MS)));
        break;
      case 'replace':
        say(`${step.reason}: ${step.thread} is kept in the history and a new thread takes its place.`);
        store.record({ event: 'replaced', thread: step.thread, reason: step.reason });
        break;
      case 'ask for a new one':
        await askForNewThread(store, search);
        asked = true;
        break;
      case 'continue':
        if (step.doubt !== null) {
          say(
            `${step.thread} could not be checked (${step.doubt}). It stays the active thread and is continued.`,
          );
        }
        return step.thread;
      case 'let the agent open one':
        return null;
    }
  }
}

async function askForNewThread(store: Store, { amp, deadline }: ThreadSearch): Promise<void> {
  const { newThreadOutput } = store.paths;
  const run = await newThread(amp, newThreadOutput, deadline.allow(NEW_THREAD_MS));
  const thread = findThreadId(run.stdout);
  if (thread !== null) {
    store.record({ event: 'thread', thread, origin: 'new', workdir: amp.workdir });
    rmSync(newThreadOutput, { force: true });
    return;
  }
  const outcome = outcomeOf(run);
  const why = outcome.kind === 'unsure' ? outcome.why : 'its answer names no thread';
  say(`Amp gave no new thread (${why}). The agent opens one itself; it is recorded at the next start.`);
  discardUnlessItSaysSomething(newThreadOutput);
}

/** An answer that we don't understand may hold an ID all the same: it is kept (invariant I2). */
function discardUnlessItSaysSomething(path: string): void {
  if ((readTextIfPresent(path) ?? '').trim() === '') rmSync(path, { force: true });
  else moveIfPresent(path, `${path}.${fileTimeStamp(new Date())}`);
}

/** A crash right after `amp threads new` answered left the answer in a file. */
function recoverHandedOutThread(store: Store, workdir: string): void {
  const { newThreadOutput } = store.paths;
  const output = readTextIfPresent(newThreadOutput);
  if (output === null) return;
  const thread = findThreadId(output);
  const active = store.session.active?.thread ?? null;
  if (thread !== null && active === null) {
    store.record({ event: 'thread', thread, origin: 'recovered', workdir });
    say(`${thread} was handed out before a crash and is used now.`);
  }
  if (thread === null || thread !== store.session.active?.thread)
    discardUnlessItSaysSomething(newThreadOutput);
  else rmSync(newThreadOutput, { force: true });
}

/**
 * The agent was started without a thread of ours: the one it opened stands in this home's own record. So does one that a person opened
 * in the same folder meanwhile; a prompt that the agent was given tells them apart.
 */
async function captureOpenedThread(store: Store, { amp, home, deadline }: ThreadSearch): Promise<void> {
  const { active, opening } = store.session;
  if (active !== null || opening === null) return;
  const thread = lastThreadOf(home, opening.workdir);
  if (thread === null || thread === opening.lastSeen) return;
  const [prompt] = opening.prompts;
  if (prompt !== undefined) {
    const run = await exportThread(amp, thread, deadline.allow(CHECK_MS));
    const evidence = promptEvidenceInExport(run, prompt.sha256, new Set());
    if (outcomeOf(run).kind !== 'unsure' && evidence !== 'delivered') return;
  }
  store.record({ event: 'thread', thread, origin: 'captured', workdir: opening.workdir });
  say(`${thread}, which the agent had opened itself, is recorded now.`);
}
