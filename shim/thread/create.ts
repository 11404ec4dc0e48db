import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AmpContext, newThread } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import { findThreadId, type ThreadId } from '../amp/thread-id.ts';
import type { NewEvent } from '../store/events.ts';
import { withOwners } from '../store/keys.ts';
import { isFresh } from '../store/lease.ts';
import type { SessionPaths } from '../store/paths.ts';
import { threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { withoutSecrets } from '../system/call.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { readTextIfPresent, replaceFile } from '../system/files.ts';
import { lookAt, nameOfThisProcess, type ProcessIdentity, processNamed } from '../system/processes.ts';
import { reasonOf, say } from '../system/report.ts';
import { takeThread } from './take.ts';

/** What Amp answered when it was asked for a new thread. */
export type Asked =
  | { readonly thread: ThreadId; readonly output: string }
  | { readonly thread: null; readonly why: string };

/** Output of a running `amp threads new`, by who runs it. */
const OUTPUT = /^new-thread\.(.+)\.out$/;
/**
 * Longer than any `amp threads new` may take (AMP_MS in request.ts). For an asker on another machine, there
 * is nothing else to go by.
 */
const LONGEST_ASKING_MS = 30_000;

/**
 * Asks Amp for a new thread. Its ID goes straight to a file on the volume, until it is recorded.
 * @param milliseconds before the call is aborted.
 */
export async function askForNewThread(
  paths: SessionPaths,
  amp: AmpContext,
  milliseconds: number,
): Promise<Asked> {
  const output = join(paths.folder, `new-thread.${nameOfThisProcess()}.out`);
  const run = await newThread(amp, output, milliseconds);
  const thread = findThreadId(run.stdout);
  if (thread !== null) return { thread, output };
  const outcome = outcomeOf(run, null);
  keepIfItMayHoldAnId(output, amp.secrets);
  return { thread: null, why: outcome.kind === 'unsure' ? outcome.why : 'its answer names no thread' };
}

/**
 * Records a thread that Amp has just handed out. It is synced when this returns (invariant I1).
 * @param parent the thread that it was forked from, null for none.
 * @throws Refusal if another key was given it before it could be recorded here.
 */
export async function recordNewThread(
  store: Store,
  { thread, output }: Asked & { readonly thread: ThreadId },
  workdir: string,
  parent: ThreadId | null,
): Promise<void> {
  const known = { event: 'thread', thread, workdir } as const;
  const event: NewEvent =
    parent === null ? { ...known, origin: 'new' } : { ...known, origin: 'forked', parent };
  const owner = await withOwners(store.paths, (owners) => {
    const other = owners.ofNew(thread);
    if (other === null) store.record(event);
    return other;
  });
  rmSync(output, { force: true });
  if (owner === null) return;
  throw new Refusal(
    EXIT.refused,
    `Amp created ${thread}, and the key '${owner}' was given it before it could be recorded here. It stays there; try again.`,
  );
}

/**
 * Recovers the answer of an `amp threads new` that a crash followed at once: it is still in a file.
 * @param secrets values that no file of ours may hold (invariant I6).
 */
export async function recoverHandedOutThreads(
  store: Store,
  workdir: string,
  secrets: readonly string[],
): Promise<void> {
  for (const name of readdirSync(store.paths.folder)) {
    const asker = processNamed(OUTPUT.exec(name)?.[1] ?? '');
    if (asker === null) continue;
    const path = join(store.paths.folder, name);
    if (!isAsking(asker, path)) await recover(store, path, workdir, secrets);
  }
}

function isAsking(asker: ProcessIdentity, output: string): boolean {
  const state = lookAt(asker);
  // This process is not asking now: a file of its own is left over from a call that failed.
  if (state === 'running') return asker.pid !== process.pid;
  return state === 'elsewhere' && isFresh(output, LONGEST_ASKING_MS);
}

async function recover(
  store: Store,
  output: string,
  workdir: string,
  secrets: readonly string[],
): Promise<void> {
  const text = readOutput(output);
  if (text === null) return;
  const thread = findThreadId(text);
  if (thread === null) {
    keepIfItMayHoldAnId(output, secrets);
    return;
  }
  if (threadIn(store.session, thread) === null) {
    const active = store.session.active?.thread ?? null;
    const taking = await takeThread(store, { event: 'thread', thread, origin: 'recovered', workdir });
    // The file stays for the next look.
    if (taking.kind === 'busy') return;
    say(
      taking.kind === 'owned'
        ? `${thread} was created just before a crash, and belongs to the key '${taking.owner}' by now.`
        : active === null
          ? `${thread} was created just before a crash and is now in use.`
          : `${thread} was created just before a crash. It is recorded; the agent stays in ${active}.`,
    );
  }
  rmSync(output, { force: true });
}

/** @returns null for what can't be read: it stays where it is, and a start goes on without it. */
function readOutput(path: string): string | null {
  try {
    return readTextIfPresent(path);
  } catch (error) {
    say(`${path} can't be read (${reasonOf(error)}) and was left alone; it may hold a thread's ID.`);
    return null;
  }
}

/** What may be a thread's ID, in an answer that we don't understand. */
const LIKE_AN_ID = /T-[0-9a-z]|[0-9a-f]{8}-[0-9a-f]{4}/i;
/** An Amp that waits for a log-in prints an address with a token of its own (2026-01 to 2026-07). */
const TOKEN = /((?:token|key)\w*=)[^\s&]+/gi;

/**
 * An answer that we don't understand may hold an ID anyway: it is kept (invariant I2), without a token or a
 * secret (I6), and once: an Amp that gives the same answer at every start must not fill the volume.
 */
function keepIfItMayHoldAnId(path: string, secrets: readonly string[]): void {
  const text = withoutSecrets(readTextIfPresent(path) ?? '', secrets).replace(TOKEN, '$1***');
  const sum = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const kept = join(dirname(path), `new-thread.${sum}.unreadable`);
  if (LIKE_AN_ID.test(text) && !existsSync(kept)) replaceFile(kept, text);
  rmSync(path, { force: true });
}
