import { type AmpContext, unarchiveThread } from '../amp/calls.ts';
import type { AmpFolders } from '../amp/folders.ts';
import { type AmpOutcome, outcomeOf } from '../amp/outcome.ts';
import { lastThreadOf } from '../amp/private-record.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { AskedThreads } from '../prompt/asked.ts';
import { promptEvidenceInExport } from '../prompt/evidence.ts';
import { threadCount } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { Deadline } from '../system/deadline.ts';
import { say } from '../system/report.ts';
import { askForNewThread, recordNewThread, recoverHandedOutThreads } from './create.ts';
import { decideThread } from './decide.ts';
import { ownersBusy, takeThread } from './take.ts';

/** `amp threads new` and `archive --unarchive` take about 0.5 s each; a slow network gets ten times that. */
const CHECK_MS = 4_000;
const NEW_THREAD_MS = 5_000;

/** What a start needs in order to find its thread. */
export type ThreadSearch = {
  readonly amp: AmpContext;
  readonly folders: AmpFolders;
  readonly deadline: Deadline;
  readonly asked: AskedThreads;
  /** The agent has also run unrecorded since the last launch. */
  readonly unrecorded: boolean;
  /** A thread made elsewhere that a new workspace begins with. */
  readonly adopt: ThreadId | null;
  /** How long Amp may take to create a thread, in milliseconds, where nobody waits for the agent meanwhile. */
  readonly newThreadMs?: number;
  /** Told why Amp gives no thread, where it isn't the agent that opens one itself then. */
  readonly onNone?: (why: string) => void;
};

/**
 * Finds the thread that the agent will be started in: the recorded one if Amp has it, else a new one. Its ID
 * is on the volume when this returns (invariant I1).
 * @returns null when Amp gives none: the agent opens one itself and it is captured at the next start.
 */
export async function findThread(store: Store, search: ThreadSearch): Promise<ThreadId | null> {
  await recoverHandedOutThreads(store, search.amp.workdir, search.amp.secrets);
  await captureOpenedThread(store, search);
  await adoptThread(store, search);
  let check: AmpOutcome | null = null;
  let asked = false;
  for (;;) {
    const step = decideThread(store.session.active?.thread ?? null, check, asked);
    switch (step.do) {
      case 'check':
        check = await checkThread(search, step.thread);
        break;
      case 'replace':
        say(`${step.reason}: ${step.thread} is kept in the history and a new thread takes its place.`);
        store.record({ event: 'replaced', thread: step.thread, reason: step.reason });
        break;
      case 'ask for a new one':
        await askForThread(store, search);
        asked = true;
        break;
      case 'continue':
        if (step.doubt !== null) {
          say(
            `${step.thread} could not be checked (${step.doubt}). It remains the active thread and is continued.`,
          );
        }
        return step.thread;
      case 'let the agent open one':
        return null;
    }
  }
}

async function checkThread({ amp, deadline }: ThreadSearch, thread: ThreadId): Promise<AmpOutcome> {
  return outcomeOf(await unarchiveThread(amp, thread, deadline.allow(CHECK_MS)), thread);
}

async function askForThread(
  store: Store,
  { amp, deadline, newThreadMs = NEW_THREAD_MS, onNone = sayThatAgentOpens }: ThreadSearch,
): Promise<void> {
  const asked = await askForNewThread(store.paths, amp, deadline.allow(newThreadMs));
  if (asked.thread !== null) {
    await recordNewThread(store, asked, amp.workdir, null);
    return;
  }
  onNone(asked.why);
}

function sayThatAgentOpens(why: string): void {
  say(`Amp created no thread (${why}). The agent opens one itself, and the next start records it.`);
}

/** A new workspace may begin with a thread made elsewhere; whether Amp has it is checked like any other's. */
async function adoptThread(store: Store, { amp, adopt }: ThreadSearch): Promise<void> {
  if (adopt === null || threadCount(store.session) > 0) return;
  const event = { event: 'thread', thread: adopt, origin: 'adopted', workdir: amp.workdir } as const;
  const taking = await takeThread(store, event);
  // A thread of its own instead would be there for good; the next start tries again.
  if (taking.kind === 'busy') throw ownersBusy(store);
  if (taking.kind === 'owned')
    say(`${adopt} (thread_id) belongs to the key '${taking.owner}' and was not adopted.`);
}

/**
 * The agent was started without a thread of ours: the one it opened is in this home's own record. So is one
 * that a person opened in the same folder in the meantime; a prompt that the agent was given tells them
 * apart.
 */
async function captureOpenedThread(store: Store, search: ThreadSearch): Promise<void> {
  const { folders, asked, unrecorded } = search;
  const { active, opening } = store.session;
  if (active !== null || opening === null) return;
  const thread = lastThreadOf(folders, opening.workdir);
  if (unrecorded) {
    store.record({ event: 'not-captured', thread, reason: 'the agent also ran with persistence off' });
    say(
      "The agent opened its own thread and then ran with persistence off. The two threads can't be told apart, so neither is continued.",
    );
    return;
  }
  if (thread === null || thread === opening.lastSeen) return;
  const [prompt] = opening.prompts;
  if (prompt !== undefined) {
    const run = await asked.ask(thread);
    const evidence = promptEvidenceInExport(run, prompt.sha256, new Set());
    // Only a real answer counts against it: with a refused key, versions of Amp before 2026-05 say here that
    // it does not exist.
    if (run.exitCode === 0 && evidence !== 'delivered') return;
  }
  const event = { event: 'thread', thread, origin: 'captured', workdir: opening.workdir } as const;
  // Another key's agent in the same folder opened one later.
  if ((await takeThread(store, event)).kind === 'taken')
    say(`${thread}, opened by the agent itself, is now recorded.`);
}
