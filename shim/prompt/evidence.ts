import type { AgentApiState } from '../agentapi/state-file.ts';
import type { AmpRun } from '../amp/outcome.ts';
import { userMessagesIn } from '../amp/user-messages.ts';
import type { PromptEvidence } from './decide.ts';
import { promptSha256 } from './identity.ts';

/**
 * What a thread's own messages (`amp threads export`) tell of a prompt. It is missing only where every message of the user is one that we
 * know: a message we can't place might be the prompt in another form.
 * @param known hashes of what else the thread was given.
 * @param beginning the prompt itself, where a message may begin with it: `amp-session send` puts a fork's first prompt in front of a
 * person's words.
 */
export function promptEvidenceInExport(
  run: AmpRun,
  sha256: string,
  known: ReadonlySet<string>,
  beginning: string | null = null,
): PromptEvidence {
  const texts = userMessagesIn(run);
  if (texts === null) return 'unclear';
  const given = texts.map(promptSha256);
  const isThere = beginning !== null && texts.some((text) => text.startsWith(`${beginning}\n\n`));
  if (given.includes(sha256) || isThere) return 'delivered';
  return given.every((hash) => known.has(hash)) ? 'missing' : 'unclear';
}

/**
 * Hashes of everything that a chat shows the user to have said. Its flag `initial_prompt_sent` is no proof of anything: AgentAPI sets
 * it when it queues the prompt, before it types.
 */
export function saidInChat(state: AgentApiState | null): string[] {
  return (state?.messages ?? [])
    .filter(({ role }) => role === 'user')
    .map(({ message }) => promptSha256(message));
}
