import type { AmpOutcome } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';

/** The next step in finding a start's thread. */
export type ThreadStep =
  | { readonly do: 'ask for a new one' }
  | { readonly do: 'check'; readonly thread: ThreadId }
  | { readonly do: 'replace'; readonly thread: ThreadId; readonly reason: string }
  | { readonly do: 'continue'; readonly thread: ThreadId; readonly doubt: string | null }
  /** Amp gave none: the agent opens a thread itself, and it is captured later. */
  | { readonly do: 'let the agent open one' };

/**
 * Decides the next step in finding the thread to start the agent in.
 * @param active the recorded thread, null on a cold start.
 * @param check what Amp reported about it, null before it was asked. Only an explicit 'gone' replaces a
 * thread (I3).
 * @param asked whether Amp was already asked for a new thread in this start.
 */
export function decideThread(active: ThreadId | null, check: AmpOutcome | null, asked: boolean): ThreadStep {
  if (active === null) return asked ? { do: 'let the agent open one' } : { do: 'ask for a new one' };
  // A thread that this start has just been given needs no check.
  if (asked) return { do: 'continue', thread: active, doubt: null };
  if (check === null) return { do: 'check', thread: active };
  switch (check.kind) {
    case 'ok':
      return { do: 'continue', thread: active, doubt: null };
    case 'gone':
      return { do: 'replace', thread: active, reason: 'Amp reports that the thread no longer exists' };
    case 'unsure':
      return { do: 'continue', thread: active, doubt: check.why };
  }
}
