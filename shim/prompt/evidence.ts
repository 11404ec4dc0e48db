import type { AgentApiState } from '../agentapi/state-file.ts';
import type { AmpRun } from '../amp/outcome.ts';
import { userMessagesIn } from '../amp/thread-export.ts';
import type { PromptEvidence } from './decide.ts';
import { lettersSha256, promptSha256 } from './identity.ts';

/**
 * What a thread's own messages (`amp threads export`) say about a prompt. It is missing only if every user
 * message is a known one: an unknown message might be the prompt in another form.
 * @param known hashes of everything else that the thread was given.
 * @param prompt the prompt itself, if available. A message may differ from it in white space, which can get
 * lost on the way, and may only begin with it: `amp-session send` puts a fork's first prompt in front of a
 * person's message.
 */
export function promptEvidenceInExport(
  run: AmpRun,
  sha256: string,
  known: ReadonlySet<string>,
  prompt: string | null = null,
): PromptEvidence {
  const texts = userMessagesIn(run);
  if (texts === null) return run.exitCode === 0 && !run.timedOut ? 'unclear' : 'unanswered';
  if (texts.some((text) => isPrompt(text, sha256, prompt))) return 'delivered';
  const isKnown = (text: string) => known.has(promptSha256(text)) || known.has(lettersSha256(text));
  return texts.every(isKnown) ? 'missing' : 'unclear';
}

/** Whether a message is a prompt: see `promptEvidenceInExport`. */
export function isPrompt(message: string, sha256: string, prompt: string | null): boolean {
  if (promptSha256(message) === sha256) return true;
  if (prompt === null || promptSha256(prompt) !== sha256) return false;
  return lettersSha256(message) === lettersSha256(prompt) || message.startsWith(`${prompt}\n\n`);
}

/**
 * Hashes, of words and of letters, of all user messages in a chat. Its flag `initial_prompt_sent` proves
 * nothing: AgentAPI sets it when it queues the prompt, before typing it.
 */
export function saidInChat(state: AgentApiState | null): string[] {
  return (state?.messages ?? [])
    .filter(({ role }) => role === 'user')
    .flatMap(({ message }) => [promptSha256(message), lettersSha256(message)]);
}
