import type { Ended } from '../system/call.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

/** What a finished (or killed) `amp` left behind. */
export type AmpRun = Ended;

/**
 * What an `amp` call tells about a thread. Only `gone` may ever replace a thread (invariant I3): everything
 * we are not sure of is `unsure`, with a few words for the log.
 */
export type AmpOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unsure'; readonly why: string };

/**
 * Amp's own message from `threads archive`, with and without --unarchive
 * (test/conformance/amp-threads.test.ts). It names no thread.
 */
const NOT_FOUND = /^(?:Error: )?Failed to (?:un)?archive thread: Thread not found\.?$/;
/**
 * Amp's own message from `threads continue` and `threads export`: the thread's URL or, in older versions, its
 * ID.
 */
const NOT_THERE = /^Thread (\S+) does not exist\.?$/;

/**
 * Whether a line is Amp's report that this thread is gone. The same words about another thread, or from
 * another program, prove nothing.
 */
function saysGone(line: string, thread: ThreadId): boolean {
  return NOT_FOUND.test(line) || parseThreadId(NOT_THERE.exec(line)?.[1] ?? '') === thread;
}

/** A thread of another account, say; the agent's Amp calls it an expired access token (test/cli/live/refused-thread.test.ts). */
const REFUSED = /\b403\b|forbidden/i;

/** Whether an `amp` call about a thread failed because Amp's servers don't let this account open it. */
export function isRefused({ exitCode, stderr, stdout }: AmpRun): boolean {
  return exitCode !== undefined && exitCode !== 0 && REFUSED.test(`${stderr}\n${stdout}`);
}

const UNSURE: readonly (readonly [RegExp, string])[] = [
  [
    /are you offline|cannot reach|unable to connect|fetch failed|ECONNREFUSED|ENOTFOUND/i,
    "Amp's servers can't be reached",
  ],
  [
    /not logged in|authentication required|api key|amp login|unauthorized/i,
    'Amp is not logged in; run `amp login` or set amp_api_key',
  ],
  [/429|rate limit|too many requests/i, "Amp's servers refuse more requests for now (rate limit)"],
];

/**
 * Reads the result of an `amp` call.
 * @param thread the thread that the call was about; null for a call that names none and so can't report one
 * gone.
 */
export function outcomeOf(run: AmpRun, thread: ThreadId | null): AmpOutcome {
  // Amp's versions differ in which of the two they use for errors.
  const output = `${run.stderr}\n${run.stdout}`;
  const known = UNSURE.find(([pattern]) => pattern.test(output));
  // Up to 2026-07 an Amp without a key waits for a log-in, and says so.
  if (run.timedOut) return { kind: 'unsure', why: known?.[1] ?? 'Amp did not answer in time' };
  if (run.exitCode === 0) return { kind: 'ok' };
  if (run.exitCode === undefined)
    return { kind: 'unsure', why: `amp could not be run (${firstLine(output)})` };
  const isGone = (line: string) => thread !== null && saysGone(line.trim(), thread);
  if (output.split('\n').some(isGone)) return { kind: 'gone' };
  if (thread !== null && isRefused(run)) return { kind: 'unsure', why: REFUSED_WORDS };
  return {
    kind: 'unsure',
    why: known?.[1] ?? `amp gave an unexpected answer (exit ${run.exitCode}: ${firstLine(output)})`,
  };
}

/** Why an `amp` call about a thread didn't do what it was for, in a few words. */
export function whyNot(run: AmpRun, thread: ThreadId): string {
  const outcome = outcomeOf(run, thread);
  if (outcome.kind === 'unsure') return outcome.why;
  return outcome.kind === 'gone' ? 'it says that the thread does not exist' : 'it ended before it was done';
}

const REFUSED_WORDS =
  "Amp's servers refuse it to this account; if that stays so, 'amp-session new --now' begins another thread";

/** Why Amp failed, by what its runner says of a thread; null if we don't know that message. */
export function reasonIn(message: string): string | null {
  // The digits of an ID could be taken for a status code.
  const said = message.replace(/\bT-[0-9a-f-]+/gi, '');
  return UNSURE.find(([pattern]) => pattern.test(said))?.[1] ?? (REFUSED.test(said) ? REFUSED_WORDS : null);
}

const LONGEST_QUOTE = 200;

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'no output';
  return line.trim().slice(0, LONGEST_QUOTE);
}
