import type { Ended } from '../system/call.ts';

/** What a finished (or killed) `amp` left behind. */
export type AmpRun = Ended;

/**
 * What an `amp` call tells about a thread. Only `gone` may ever replace a thread (invariant I3): everything we
 * are not sure of is `unsure`, with a few words for the log.
 */
export type AmpOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unsure'; readonly why: string };

// 'Error: Failed to unarchive thread: Thread not found' and 'Thread <url> does not exist.' are Amp's own words
// (test/conformance/amp-threads.test.ts). A bare 'not found' may come from a proxy and proves nothing.
const GONE = /\bthread (?:\S+ )?(?:not found|does not exist)\b/i;

const UNSURE: readonly (readonly [RegExp, string])[] = [
  [
    /are you offline|cannot reach|unable to connect|fetch failed|ECONNREFUSED|ENOTFOUND/i,
    "Amp's servers can't be reached",
  ],
  [
    /not logged in|authentication required|api key|amp login|unauthorized/i,
    'Amp is not logged in; run `amp login` or set amp_api_key',
  ],
  [/429|rate limit|too many requests/i, "Amp's servers ask for patience (rate limit)"],
];

/** Reads the result of an `amp` call that was to touch one thread. */
export function outcomeOf(run: AmpRun): AmpOutcome {
  // Amp's versions differ in which of the two they use for errors.
  const output = `${run.stderr}\n${run.stdout}`;
  const known = UNSURE.find(([pattern]) => pattern.test(output));
  // Up to 2026-07 an Amp without a key waits for a log-in, and says so.
  if (run.timedOut) return { kind: 'unsure', why: known?.[1] ?? 'Amp did not answer in time' };
  if (run.exitCode === 0) return { kind: 'ok' };
  if (run.exitCode === undefined)
    return { kind: 'unsure', why: `amp could not be run (${firstLine(output)})` };
  if (GONE.test(output)) return { kind: 'gone' };
  return {
    kind: 'unsure',
    why: known?.[1] ?? `amp said something unknown (exit ${run.exitCode}: ${firstLine(output)})`,
  };
}

const LONGEST_QUOTE = 200;

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'no output';
  return line.trim().slice(0, LONGEST_QUOTE);
}
