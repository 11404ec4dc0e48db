import { statSync } from 'node:fs';
import { parseAgentApiState } from '../agentapi/state-file.ts';
import { typedPrompt } from '../agentapi/typed.ts';
import { type AmpContext, exportThread } from '../amp/calls.ts';
import type { AmpFolders } from '../amp/folders.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { launchOf } from '../store/launch.ts';
import { threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import type { Deadline } from '../system/deadline.ts';
import { replaceFile, tryToReadText } from '../system/files.ts';
import { say } from '../system/report.ts';
import { alignedState } from './align.ts';
import { decidePrompt, type PromptEvidence } from './decide.ts';
import { lookElsewhere } from './elsewhere.ts';
import { promptEvidenceInExport, saidInChat } from './evidence.ts';
import { promptSha256 } from './identity.ts';
import { pendingMention } from './mention.ts';

/**
 * How long a message may be in transit from AgentAPI to Amp's servers: the agent holds it while the thread
 * opens or the network is down.
 */
const UNDER_WAY_MS = 60_000;
/**
 * How long fetching the thread's messages may take. Only the first start after a prompt was handed over does
 * so.
 */
const EXPORT_MS = 3_000;

/** What AgentAPI types first: nothing, the template's prompt (`send`), or a text of our own. */
export type PlannedPrompt = 'none' | 'send' | { readonly text: string };

/** Whether AgentAPI gets the prompt at its start, or `deliver` types it once Amp has opened its thread. */
export type HandOver = 'at start' | 'when open';

/** What a start needs in order to decide about its prompt. */
export type PromptSearch = {
  readonly amp: AmpContext;
  readonly deadline: Deadline;
  readonly stateFile: string | null;
  readonly folders: AmpFolders;
  /**
   * The agent has also run unrecorded since the last launch: what it was given then is in none of our
   * threads.
   */
  readonly unrecorded: boolean;
};

/**
 * Records the prompts of the thread being left as delivered, as far as its chat shows that they arrived: no
 * later start will look for them in that thread.
 * @param next the thread of this start, null when the agent opens one itself.
 */
export function noteDelivered(store: Store, stateFile: string, next: ThreadId | null): void {
  const { chat: thread, chatMove } = store.session;
  const record = thread === null ? null : threadIn(store.session, thread);
  if (thread === null || thread === next || record === null || chatMove !== null) return;
  // If the agent moved, what the chat shows may have gone to either thread.
  const { launched } = store.session;
  if (launched?.moved != null) return;
  const isLast = launched !== null && launched.at === record.lastStart;
  const elapsed = isLast ? launchOf(store.paths, launched.at).elapsed() : null;
  for (const sha256 of shownBy(stateFile, record, elapsed)) {
    store.record({ event: 'prompt-delivered', thread, sha256, evidence: "AgentAPI's state file" });
  }
}

/**
 * The prompts of a thread that are not known to have arrived, but that a saved chat shows: handed over at the
 * thread's last start, with the chat saved long enough afterwards for them to have reached Amp. What was
 * typed just before a stop may have been lost in transit with the agent; a later chat shows it again but
 * proves no more.
 * @param chat AgentAPI's state file.
 * @param elapsed milliseconds since that start, null if unknown. A clock may have been set since, or the
 * volume's may be another one: the chat can't have been saved later than that after the start.
 */
export function shownBy(
  chat: string,
  { lastStart, lastStartFile, prompts }: ThreadRecord,
  elapsed: number | null,
): string[] {
  const saved = statSync(chat, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const after = Math.min(saved - (lastStartFile ?? Date.parse(lastStart ?? '')), elapsed ?? saved);
  if (!(after >= UNDER_WAY_MS)) return [];
  const last = prompts.filter(({ state, handed }) => state === 'handed' && handed === lastStart);
  const said = last.length === 0 ? [] : saidInChat(readState(chat));
  return last.map(({ sha256 }) => sha256).filter((sha256) => said.includes(sha256));
}

/**
 * Decides what this start sends to the thread. A fork's own first prompt comes before the template's, which
 * waits until the fork's has certainly arrived.
 * @param prompt the template's prompt; empty or blank means none.
 * @param thread the thread of this start, null when the agent opens one itself.
 */
export async function choosePrompt(
  store: Store,
  prompt: string,
  thread: ThreadId | null,
  search: PromptSearch & { readonly handOver: HandOver },
): Promise<PlannedPrompt> {
  const mention = thread === null ? null : pendingMention(store.session.active);
  if (mention !== null) {
    if (await decidePromptOf(store, mention, thread, search)) return { text: mention };
    if (pendingMention(store.session.active) !== null) return 'none';
  }
  return (await decidePromptOf(store, prompt, thread, search)) ? 'send' : 'none';
}

/**
 * Decides whether this start sends the prompt to the thread, and aligns AgentAPI's state with that.
 * @param prompt the prompt of this start; empty or blank means none.
 * @param thread the thread of this start, null when the agent opens one itself, which can't have been given
 * anything yet.
 */
async function decidePromptOf(
  store: Store,
  prompt: string,
  thread: ThreadId | null,
  search: PromptSearch & { readonly handOver: HandOver },
): Promise<boolean> {
  const sha256 = typedPrompt(prompt) === '' ? null : promptSha256(prompt);
  const records = thread === null ? [] : (store.session.active?.prompts ?? []);
  let decision = decidePrompt(sha256, records, null);
  if (decision.do === 'look' && sha256 !== null && thread !== null) {
    const evidence = await lookFor(store, prompt, sha256, thread, search);
    decision = decidePrompt(sha256, records, evidence);
  }
  if (decision.do === 'withhold') {
    say(
      'It is unclear whether the prompt reached its thread, so it was not sent again. The next start will check again.',
    );
  }
  const send = decision.do === 'send';
  // AgentAPI must not send on its own what `deliver` types.
  alignState(search.stateFile, send && search.handOver === 'at start' ? sha256 : null);
  return send;
}

async function lookFor(
  store: Store,
  prompt: string,
  sha256: string,
  thread: ThreadId,
  search: PromptSearch,
): Promise<PromptEvidence> {
  const state = search.stateFile === null ? null : readState(search.stateFile);
  // The chat proves nothing: it shows what was typed, and that may have gone to another thread while the
  // agent was still opening its own.
  const run = await exportThread(search.amp, thread, search.deadline.allow(EXPORT_MS));
  // Another prompt that was handed over may or may not have arrived; either way, its message is a known one.
  const prompts = store.session.active?.prompts ?? [];
  const known = new Set([...prompts.map((prompt) => prompt.sha256), ...saidInChat(state)]);
  const inThread = promptEvidenceInExport(run, sha256, known, prompt);
  if (inThread === 'delivered') {
    store.record({ event: 'prompt-delivered', thread, sha256, evidence: "the thread's own messages" });
  }
  return inThread === 'missing' ? lookElsewhere(store, { sha256, prompt, thread }, search) : inThread;
}

function alignState(stateFile: string | null, send: string | null): void {
  const state = stateFile === null ? null : readState(stateFile);
  const aligned = state === null ? null : alignedState(state, send);
  if (stateFile !== null && aligned !== null) replaceFile(stateFile, JSON.stringify(aligned));
}

function readState(path: string) {
  const reading = tryToReadText(path);
  return reading.kind === 'text' ? parseAgentApiState(reading.text) : null;
}
