import type { PromptRecord } from '../store/thread-record.ts';

/**
 * Whether a thread's own messages show that it received a prompt. `unclear`: they may or may not; `unanswered`:
 * Amp could not be asked, or not in time.
 */
export type PromptEvidence = 'delivered' | 'missing' | 'unclear' | 'unanswered';

/**
 * How a prompt gets to Amp: on Amp's own standard input, from which it takes its first message once its thread
 * is open; or typed by AgentAPI, which `deliver` posts it to.
 */
export type HandOver = 'on stdin' | 'typed';

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

/** Whether a thread was given another prompt after this one: the template went back to what it said before. */
export function isEarlierPrompt(sha256: string, records: readonly PromptRecord[]): boolean {
  const when = records.find((record) => record.sha256 === sha256)?.handed;
  return when !== undefined && records.some(({ handed }) => handed !== undefined && handed > when);
}

/**
 * Decides how a prompt is handed over. Standard input is exact, sooner, and always the right thread. But once
 * AgentAPI has loaded a chat, it shows nothing that the agent says until somebody has sent a message through it
 * (`userSentMessageAfterLoadState` in its lib/screentracker/pty_conversation.go, 0.12.1).
 * @param known `loadsChat`: whether AgentAPI loads a chat at this start. `askOn`: whether Amp has yet to say that the
 * thread lacks the prompt, which is only known once the agent runs. `isTypable`: whether the prompt can be typed without
 * a change: better exact and not shown than shown and not exact.
 */
export function decideHandOver(known: {
  readonly loadsChat: boolean;
  readonly askOn: boolean;
  readonly isTypable: boolean;
}): HandOver {
  return known.askOn || (known.loadsChat && known.isTypable) ? 'typed' : 'on stdin';
}
