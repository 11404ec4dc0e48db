import { parseAgentApiState } from '../agentapi/state-file.ts';
import type { AmpFolders } from '../amp/folders.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { SessionPaths } from '../store/paths.ts';
import { type Session, threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { tryToReadText } from '../system/files.ts';
import type { AskedThreads } from './asked.ts';
import type { PromptEvidence } from './decide.ts';
import { otherPlacesOf } from './elsewhere.ts';
import { isPrompt, promptEvidenceInExport, saidInChat } from './evidence.ts';
import { promptSha256 } from './identity.ts';

/** A prompt that a thread may have. */
export type Sought = { readonly prompt: string; readonly sha256: string; readonly thread: ThreadId };

/** What is needed to look for it. */
export type Places = {
  readonly asked: AskedThreads;
  readonly folders: AmpFolders;
  /** AgentAPI's state file, null without AgentAPI. */
  readonly stateFile: string | null;
  /**
   * The agent has also run unrecorded since the last launch: what it was given then is in none of our
   * threads.
   */
  readonly unrecorded: boolean;
};

/** What was found, and in which thread, if it was. */
export type Finding =
  | { readonly evidence: 'delivered'; readonly thread: ThreadId }
  | { readonly evidence: Exclude<PromptEvidence, 'delivered'> };

/**
 * Looks for a prompt in its thread, and where that lacks it, in the others that it may have gone to. The chat
 * proves nothing: it shows what was typed, and that may have gone to another thread while the agent was still
 * opening its own.
 */
export async function findPrompt(
  session: Session,
  paths: SessionPaths,
  { prompt, sha256, thread }: Sought,
  { asked, folders, stateFile, unrecorded }: Places,
): Promise<Finding> {
  // Another prompt that was handed over may or may not have arrived; either way, its message is a known one.
  const others = (threadIn(session, thread)?.prompts ?? []).map((each) => each.sha256);
  const known = new Set([...others, ...saidInChat(stateFile === null ? null : readState(stateFile))]);
  const evidence = promptEvidenceInExport(await asked.ask(thread), sha256, known, prompt);
  if (evidence === 'delivered') return { evidence, thread };
  if (evidence !== 'missing' || unrecorded) return { evidence };
  const places = otherPlacesOf(session, paths, folders, sha256, thread);
  const other = await asked.firstWith(places, (message) => isPrompt(message, sha256, prompt));
  if (other === null) return { evidence };
  return other === 'unanswered' ? { evidence: 'unanswered' } : { evidence: 'delivered', thread: other };
}

/** Records where a prompt was found. */
export function recordFound(store: Store, { sha256, thread: meant }: Sought, thread: ThreadId): void {
  const { launched } = store.session;
  if (launched !== null && threadIn(store.session, thread) === null) {
    const { workdir } = launched;
    const when = new Date().toISOString();
    const evidence = 'the prompt is in this thread';
    store.record({ event: 'moved', from: meant, to: thread, when, workdir, evidence, active: false });
  }
  const evidence = "the thread's own messages";
  const known = { event: 'prompt-delivered', thread, sha256, evidence } as const;
  store.record(thread === meant ? known : { ...known, meant });
}

/** AgentAPI's state, null if there is none that can be read. */
export function readState(path: string) {
  const reading = tryToReadText(path);
  return reading.kind === 'text' ? parseAgentApiState(reading.text) : null;
}

/** A prompt of a thread, to look for. */
export function sought(prompt: string, thread: ThreadId): Sought {
  return { prompt, sha256: promptSha256(prompt), thread };
}
