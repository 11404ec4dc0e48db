import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AmpContext, newThread } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import { findThreadId, type ThreadId } from '../amp/thread-id.ts';
import type { NewEvent } from '../store/events.ts';
import type { SessionPaths } from '../store/paths.ts';
import { threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { fileTimeStamp, readTextIfPresent, replaceFile } from '../system/files.ts';
import { identifyProcess, isRunning } from '../system/processes.ts';
import { say } from '../system/report.ts';

/** What Amp answered when it was asked for a new thread. */
export type Asked =
  | { readonly thread: ThreadId; readonly output: string }
  | { readonly thread: null; readonly why: string };

/** Output of a running `amp threads new`, by who runs it: its process number and start. */
const OUTPUT = /^new-thread\.(\d+)\.(\d+)\.out$/;

/**
 * Asks Amp for a new thread. Its ID goes straight to a file on the volume, for as long as it is not recorded.
 * @param milliseconds after which the call is given up.
 */
export async function askForNewThread(
  paths: SessionPaths,
  amp: AmpContext,
  milliseconds: number,
): Promise<Asked> {
  const { started } = identifyProcess(process.pid) ?? { started: null };
  const output = join(paths.folder, `new-thread.${process.pid}.${started ?? 0}.out`);
  const run = await newThread(amp, output, milliseconds);
  const thread = findThreadId(run.stdout);
  if (thread !== null) return { thread, output };
  const outcome = outcomeOf(run);
  keepIfItMayHoldAnId(output);
  return { thread: null, why: outcome.kind === 'unsure' ? outcome.why : 'its answer names no thread' };
}

/**
 * Records a thread that Amp has just handed out. It is synced when this returns (invariant I1).
 * @param parent the thread that it is a fork of, null for none.
 */
export function recordNewThread(
  store: Store,
  { thread, output }: Asked & { readonly thread: ThreadId },
  workdir: string,
  parent: ThreadId | null,
): void {
  const known = { event: 'thread', thread, workdir } as const;
  const event: NewEvent =
    parent === null ? { ...known, origin: 'new' } : { ...known, origin: 'forked', parent };
  store.record(event);
  rmSync(output, { force: true });
}

/** A crash right after `amp threads new` answered left the answer in a file. */
export function recoverHandedOutThreads(store: Store, workdir: string): void {
  for (const name of readdirSync(store.paths.folder)) {
    const [, pid, started] = OUTPUT.exec(name) ?? [];
    if (pid === undefined) continue;
    const asker = { pid: Number(pid), started: started === '0' ? null : Number(started) };
    // We ourselves are not asking now: what is left of us is of a call that failed.
    const isAsking = asker.pid !== process.pid && isRunning(asker);
    if (!isAsking) recover(store, join(store.paths.folder, name), workdir);
  }
}

function recover(store: Store, output: string, workdir: string): void {
  const thread = findThreadId(readTextIfPresent(output) ?? '');
  if (thread === null) {
    keepIfItMayHoldAnId(output);
    return;
  }
  if (threadIn(store.session, thread) === null) {
    const active = store.session.active?.thread ?? null;
    store.record({ event: 'thread', thread, origin: 'recovered', workdir });
    say(
      active === null
        ? `${thread} was handed out before a crash and is used now.`
        : `${thread} was handed out before a crash. It is recorded; the agent stays in ${active}.`,
    );
  }
  rmSync(output, { force: true });
}

/** What a thread's ID may look like, in an answer that is no answer we know. */
const LIKE_AN_ID = /T-[0-9a-z]|[0-9a-f]{8}-[0-9a-f]{4}/i;
/** An Amp that waits for a log-in prints an address with a token of its own (2026-01 to 2026-07). */
const TOKEN = /((?:token|key)\w*=)[^\s&]+/gi;

/** An answer that we don't understand may hold an ID all the same: it is kept (invariant I2), without a token (I6). */
function keepIfItMayHoldAnId(path: string): void {
  const text = readTextIfPresent(path) ?? '';
  if (LIKE_AN_ID.test(text)) {
    replaceFile(`${path}.${fileTimeStamp(new Date())}`, text.replace(TOKEN, '$1***'));
  }
  rmSync(path, { force: true });
}
