import type { PromptRecord } from '../store/thread-record.ts';

/** Whether a thread has got a prompt, as far as its own messages show it. */
export type PromptEvidence = 'delivered' | 'missing' | 'unclear';

/** What to do with the initial prompt at a start, and why. */
export type PromptDecision =
  | { readonly do: 'send' }
  | { readonly do: 'nothing'; readonly because: 'no prompt' | 'delivered before' | 'not for this thread' }
  /** The agent was once started with it and there is no telling what came of that: evidence decides. */
  | { readonly do: 'look' }
  /** Even evidence could not tell. Twice would be worse than late: the next start looks again. */
  | { readonly do: 'withhold' };

/**
 * Decides about the prompt of a start: it belongs to (thread, prompt) and reaches the thread exactly once (I4).
 * @param sha256 of the prompt that Terraform gives now, null when it gives none.
 * @param records how far prompts got in this thread.
 * @param evidence what looking has shown, null before anybody looked.
 */
export function decidePrompt(
  sha256: string | null,
  records: readonly PromptRecord[],
  evidence: PromptEvidence | null,
): PromptDecision {
  if (sha256 === null) return { do: 'nothing', because: 'no prompt' };
  const record = records.find((candidate) => candidate.sha256 === sha256);
  // Never given to this thread: its first prompt, or one that changed between starts and is a new turn.
  if (record === undefined) return { do: 'send' };
  if (record.state === 'waived') return { do: 'nothing', because: 'not for this thread' };
  if (record.state === 'delivered' || evidence === 'delivered')
    return { do: 'nothing', because: 'delivered before' };
  if (evidence === null) return { do: 'look' };
  return evidence === 'missing' ? { do: 'send' } : { do: 'withhold' };
}
