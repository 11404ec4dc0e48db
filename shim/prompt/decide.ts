import type { PromptRecord } from '../store/thread-record.ts';

/**
 * Whether a thread's own messages show that it received a prompt. `unclear`: they may or may not; `unanswered`:
 * Amp could not be asked, or not in time.
 */
export type PromptEvidence = 'delivered' | 'missing' | 'unclear' | 'unanswered';

/** What a start does with the initial prompt, and why. */
export type PromptDecision =
  | { readonly do: 'send' }
  | { readonly do: 'nothing'; readonly because: 'no prompt' | 'delivered before' | 'not for this thread' }
  /** The agent was once started with it and the outcome is unknown: look for evidence. */
  | { readonly do: 'look' }
  /** A slow answer is no verdict: Amp is asked on beside the running agent. */
  | { readonly do: 'ask on' }
  /** The evidence is inconclusive. Twice is worse than late: the next start looks again. */
  | { readonly do: 'withhold' };

/**
 * Decides whether a start sends its prompt: each prompt reaches each thread exactly once (I4).
 * @param sha256 hash of the prompt that Terraform passes now, null for none.
 * @param records how far each prompt has got in this thread.
 * @param evidence what was found, null before anything was checked.
 */
export function decidePrompt(
  sha256: string | null,
  records: readonly PromptRecord[],
  evidence: PromptEvidence | null,
): PromptDecision {
  if (sha256 === null) return { do: 'nothing', because: 'no prompt' };
  const record = records.find((candidate) => candidate.sha256 === sha256);
  // Never given to this thread: its first prompt, or a changed one, which is a new turn.
  if (record === undefined) return { do: 'send' };
  if (record.state === 'waived') return { do: 'nothing', because: 'not for this thread' };
  if (record.state === 'delivered' || evidence === 'delivered')
    return { do: 'nothing', because: 'delivered before' };
  if (evidence === null) return { do: 'look' };
  if (evidence === 'unanswered') return { do: 'ask on' };
  return evidence === 'missing' ? { do: 'send' } : { do: 'withhold' };
}
