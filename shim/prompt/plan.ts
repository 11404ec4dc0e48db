import { statSync } from 'node:fs';
import { typedPrompt } from '../agentapi/typed.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { launchOf } from '../store/launch.ts';
import { threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { replaceFile } from '../system/files.ts';
import { say } from '../system/report.ts';
import { quietState } from './align.ts';
import { decidePrompt, isEarlierPrompt } from './decide.ts';
import { promptEvidenceInExport, saidInChat } from './evidence.ts';
import { findPrompt, type Places, readState, recordFound, sought } from './find.ts';
import { promptSha256 } from './identity.ts';
import { pendingMention } from './mention.ts';

/**
 * How long a message may be in transit from AgentAPI to Amp's servers: the agent holds it while the thread
 * opens or the network is down.
 */
const UNDER_WAY_MS = 60_000;

/** What the agent gets first: nothing, the template's prompt (`send`), or a text of our own. */
export type PlannedPrompt = 'none' | 'send' | { readonly text: string };

/** What a start gives the agent. */
export type PromptPlan = {
  readonly prompt: PlannedPrompt;
  /** Whether Amp has yet to say that its thread lacks it, or was cut off: `deliver` asks on, and types it if so. */
  readonly askOn: boolean;
};

/** What a start needs in order to decide about its prompt. */
export type PromptSearch = Places & {
  /** Whether `deliver` can run beside the agent: only where AgentAPI takes what it types. */
  readonly canAskOn: boolean;
  /** What to give a thread whose last turn was cut off, which only `deliver` can tell; empty for nothing. */
  readonly onInterruptedTurn: string;
};

/**
 * Records the prompts of the thread being left as delivered, as far as its chat or its own messages show that
 * they arrived: no later start will look for them in that thread.
 * @param next the thread of this start, null when the agent opens one itself.
 */
export async function noteDelivered(
  store: Store,
  stateFile: string,
  next: ThreadId | null,
  { asked }: Places,
): Promise<void> {
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
  const open = threadIn(store.session, thread)?.prompts.filter(({ state }) => state === 'handed') ?? [];
  if (open.length === 0) return;
  const run = await asked.ask(thread);
  for (const { sha256 } of open) {
    if (promptEvidenceInExport(run, sha256, new Set()) === 'delivered')
      store.record({ event: 'prompt-delivered', thread, sha256, evidence: "the thread's own messages" });
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
  const last = prompts.filter(
    ({ state, handed, late }) => state === 'handed' && handed === lastStart && late !== true,
  );
  const said = last.length === 0 ? [] : saidInChat(readState(chat));
  return last.map(({ sha256 }) => sha256).filter((sha256) => said.includes(sha256));
}

/**
 * Decides what this start sends to the thread. A fork's own first prompt comes before the template's, which
 * waits until the fork's has certainly arrived.
 * @param prompt the template's prompt; empty or blank means none.
 * @param thread the thread of this start, null when the agent opens one itself.
 */
export async function planPrompt(
  store: Store,
  prompt: string,
  thread: ThreadId | null,
  search: PromptSearch,
): Promise<PromptPlan> {
  const mention = thread === null ? null : pendingMention(store.session.active);
  if (mention !== null) {
    const decision = await decidePromptOf(store, mention, thread, search);
    if (decision !== 'nothing') return { prompt: { text: mention }, askOn: decision === 'ask on' };
    if (pendingMention(store.session.active) !== null) return NO_PROMPT;
  }
  const decision = await decidePromptOf(store, prompt, thread, search);
  if (decision !== 'nothing') return { prompt: 'send', askOn: decision === 'ask on' };
  const { canAskOn, onInterruptedTurn: text } = search;
  const hadAgent = thread !== null && (store.session.active?.starts ?? 0) > 0;
  return hadAgent && canAskOn && text !== '' ? { prompt: { text }, askOn: true } : NO_PROMPT;
}

const NO_PROMPT: PromptPlan = { prompt: 'none', askOn: false };

/**
 * Whether a start may have something to give to a thread, or to look for in it, going by the record alone.
 * @param prompt as for `planPrompt`.
 */
export function mayHavePrompt(record: ThreadRecord, prompt: string): boolean {
  const sha256 = typedPrompt(prompt) === '' ? null : promptSha256(prompt);
  return pendingMention(record) !== null || decidePrompt(sha256, record.prompts, null).do !== 'nothing';
}

/**
 * Decides whether this start sends the prompt to the thread.
 * @param prompt the prompt of this start; empty or blank means none.
 * @param thread the thread of this start, null when the agent opens one itself, which can't have been given
 * anything yet.
 */
async function decidePromptOf(
  store: Store,
  prompt: string,
  thread: ThreadId | null,
  search: PromptSearch,
): Promise<'send' | 'ask on' | 'nothing'> {
  const sha256 = typedPrompt(prompt) === '' ? null : promptSha256(prompt);
  const records = thread === null ? [] : (store.session.active?.prompts ?? []);
  let decision = decidePrompt(sha256, records, null);
  if (decision.do === 'look' && thread !== null) {
    const what = sought(prompt, thread);
    const found = await findPrompt(store.session, store.paths, what, search);
    if (found.evidence === 'delivered') recordFound(store, what, found.thread);
    decision = decidePrompt(sha256, records, found.evidence);
  }
  if (decision.do === 'ask on' && search.canAskOn) {
    say(
      "Amp hasn't confirmed yet that the prompt reached its thread. amp-session goes on asking while the agent runs.",
    );
  } else if (decision.do === 'withhold' || decision.do === 'ask on') {
    say(
      'It is unclear whether the prompt reached its thread, so it was not sent again. The next start will check again.',
    );
  }
  if (decision.do === 'nothing' && decision.because === 'delivered before') {
    if (sha256 !== null && isEarlierPrompt(sha256, records))
      say(
        "The thread had this prompt before its latest one, so it isn't sent again. To have it done again, send it with 'amp-session send'.",
      );
  }
  if (decision.do === 'send') return 'send';
  return decision.do === 'ask on' && search.canAskOn ? 'ask on' : 'nothing';
}

/** Sees to it that AgentAPI sends no prompt on its own. @param stateFile AgentAPI's state file. */
export function keepQuiet(stateFile: string): void {
  const state = readState(stateFile);
  const quiet = state === null ? null : quietState(state);
  if (quiet !== null) replaceFile(stateFile, JSON.stringify(quiet));
}
