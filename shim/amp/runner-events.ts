import * as z from 'zod/mini';
import { tryToReadText } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

const Line = z.looseObject({
  type: z.string(),
  at: z.optional(z.string()),
  threadId: z.optional(z.nullable(z.string())),
  reason: z.optional(z.string()),
  code: z.optional(z.string()),
  message: z.optional(z.string()),
});

/** Why a thread is no longer served: a person ended that, or its folder was missing at the runner's start. */
export type Dropped = 'archived' | 'missing' | 'stopped' | 'folder missing';

/** What a runner has reported since its launch (`--output-format json`). */
export type RunnerReport = {
  /**
   * Whether it is registered with Amp's servers, or was when it ended. By then it has looked at every thread of its file
   * (test/conformance/amp-runner-threads.test.ts).
   */
  readonly registered: boolean;
  /** Threads that it has attached to. */
  readonly started: ReadonlySet<ThreadId>;
  /** Threads that it no longer serves. One that it was asked for again later isn't here. */
  readonly dropped: ReadonlyMap<ThreadId, Dropped>;
  /** Threads that it serves, but could not attach to at its start, and what it says of that. */
  readonly notAttached: ReadonlyMap<ThreadId, string>;
  /** What it gave as the reason for its end; null if it gave none. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** When its connection was interrupted; null while it has one. */
  readonly offlineSince: string | null;
};

/** Amp's reasons for no longer serving a thread (test/conformance/amp-runner.test.ts). */
const DROPPED: Readonly<Record<string, Dropped>> = {
  'thread_dropped archived': 'archived',
  'thread_dropped missing': 'missing',
  'thread_dropped directory_missing': 'folder missing',
  'thread_stopped stopped': 'stopped',
  // "archived or paused on ampcode.com", of one that slept.
  'thread_stopped asleep': 'stopped',
};

/**
 * Whether what an Amp printed says that it knows no runner that reports: one from before mid-September 2026
 * (test/workspace/runner-trouble.test.ts).
 */
export function isTooOldForRunner(printed: string): boolean {
  return /unknown option '--(no-tui|output-format|runner-id)'/.test(printed);
}

/** Reads what a runner has reported; nothing if there is no such file. Lines of any other kind are passed over. */
export function readRunnerReport(file: string): RunnerReport {
  const reading = tryToReadText(file);
  const lines = reading.kind === 'text' ? reading.text.split('\n') : [];
  let registered = false;
  let failure: RunnerReport['failure'] = null;
  let offlineSince: string | null = null;
  const started = new Set<ThreadId>();
  const dropped = new Map<ThreadId, Dropped>();
  const notAttached = new Map<ThreadId, string>();
  for (const line of lines) {
    const parsed = Line.safeParse(parseJson(line));
    if (!parsed.success) continue;
    const { type, at = '', threadId, reason = '', code = '', message = '' } = parsed.data;
    if (type === 'registered' || type === 'reconnected') {
      registered = true;
      offlineSince = null;
    }
    if (type === 'connection_interrupted') offlineSince ??= at;
    if (type === 'fatal') failure = { code, message };
    const thread = parseThreadId(threadId ?? '');
    if (thread === null) continue;
    if (type === 'thread_requested' || type === 'thread_started') dropped.delete(thread);
    if (type === 'thread_started') started.add(thread);
    if (type === 'thread_attach_failed') notAttached.set(thread, message);
    const why = DROPPED[`${type} ${reason}`];
    if (why !== undefined) dropped.set(thread, why);
  }
  return { registered, started, dropped, notAttached, failure, offlineSince };
}
