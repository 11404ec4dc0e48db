import { rmSync } from 'node:fs';
import { type AmpContext, newThread } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import { findThreadId, type ThreadId } from '../amp/thread-id.ts';
import type { NewEvent } from '../store/events.ts';
import { threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { fileTimeStamp, readTextIfPresent, replaceFile } from '../system/files.ts';
import { say } from '../system/report.ts';

/** What Amp answered when it was asked for a new thread. */
export type Asked = { readonly thread: ThreadId } | { readonly thread: null; readonly why: string };

/**
 * Asks Amp for a new thread and records it. Its ID is on the volume when this returns (invariant I1).
 * @param parent the thread that it is a fork of, null for none.
 * @param milliseconds after which the call is given up.
 */
export async function askForNewThread(
  store: Store,
  amp: AmpContext,
  parent: ThreadId | null,
  milliseconds: number,
): Promise<Asked> {
  const { newThreadOutput } = store.paths;
  const run = await newThread(amp, newThreadOutput, milliseconds);
  const thread = findThreadId(run.stdout);
  if (thread !== null) {
    const known = { event: 'thread', thread, workdir: amp.workdir } as const;
    const event: NewEvent =
      parent === null ? { ...known, origin: 'new' } : { ...known, origin: 'forked', parent };
    store.record(event);
    rmSync(newThreadOutput, { force: true });
    return { thread };
  }
  const outcome = outcomeOf(run);
  keepIfItMayHoldAnId(newThreadOutput);
  return { thread: null, why: outcome.kind === 'unsure' ? outcome.why : 'its answer names no thread' };
}

/** What a thread's ID may look like, in an answer that is no answer we know. */
const LIKE_AN_ID = /T-[0-9a-z]|[0-9a-f]{8}-[0-9a-f]{4}/i;
/** An Amp that waits for a log-in prints an address with a token of its own (2026-01 to 2026-07). */
const TOKEN = /((?:token|key)\w*=)[^\s&]+/gi;

/** An answer that we don't understand may hold an ID all the same: it is kept (invariant I2), without a token (I6). */
function keepIfItMayHoldAnId(path: string): void {
  const text = readTextIfPresent(path) ?? '';
  if (LIKE_AN_ID.test(text))
    replaceFile(`${path}.${fileTimeStamp(new Date())}`, text.replace(TOKEN, '$1***'));
  rmSync(path, { force: true });
}

/** A crash right after `amp threads new` answered left the answer in a file. */
export function recoverHandedOutThread(store: Store, workdir: string): void {
  const { newThreadOutput } = store.paths;
  const output = readTextIfPresent(newThreadOutput);
  if (output === null) return;
  const thread = findThreadId(output);
  const active = store.session.active?.thread ?? null;
  if (thread === null) {
    keepIfItMayHoldAnId(newThreadOutput);
    return;
  }
  if (threadIn(store.session, thread) === null) {
    store.record({ event: 'thread', thread, origin: 'recovered', workdir });
    say(
      active === null
        ? `${thread} was handed out before a crash and is used now.`
        : `${thread} was handed out before a crash. It is recorded; the agent stays in ${active}.`,
    );
  }
  rmSync(newThreadOutput, { force: true });
}
