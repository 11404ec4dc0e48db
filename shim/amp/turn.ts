import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';
import type { AmpRun } from './outcome.ts';
import { findThreadId, type ThreadId } from './thread-id.ts';

/**
 * How a headless turn ended. Amp's exit code doesn't tell: of a turn that was cut off it is 0, too
 * (test/conformance/amp-turns.test.ts).
 */
export type TurnEnd =
  | { readonly kind: 'answered'; readonly answer: string }
  /** The turn has failed, or was cut off. Amp's `user` event proves nothing: it comes before its servers have the message. */
  | { readonly kind: 'failed'; readonly why: string };

/** A finished turn; `end` is null if Amp ended without a word about it. */
export type AmpTurnRun = AmpRun & { readonly end: TurnEnd | null };

const Result = z.looseObject({
  type: z.literal('result'),
  is_error: z.boolean(),
  result: z.optional(z.string()),
  error: z.optional(z.string()),
});

/** What a line of `amp -x --stream-json` says about the turn's end; null if it is about something else. */
export function turnEndIn(line: string): TurnEnd | null {
  const parsed = Result.safeParse(parseJson(line));
  if (!parsed.success) return null;
  const { is_error, result, error } = parsed.data;
  if (!is_error && result !== undefined) return { kind: 'answered', answer: result };
  return { kind: 'failed', why: error ?? 'it gives no reason' };
}

/** Amp's answer where another Amp is the thread's executor: it has sent nothing then. */
const OPEN_ELSEWHERE = /\bthread is already open and active in another Amp\b/i;

/** Whether Amp has refused a message because another Amp runs its thread. The message was certainly not taken. */
export function isOpenElsewhere(run: AmpRun): boolean {
  return run.exitCode === 1 && OPEN_ELSEWHERE.test(run.stderr);
}

/** Whether Amp's servers have taken a message for a thread's runner: one that was cut off ends with status 0, too. */
export function hasGivenToRunner(run: AmpRun, thread: ThreadId): boolean {
  return run.exitCode === 0 && findThreadId(run.stdout) === thread;
}
