import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { liveAgent } from '../agent/live.ts';
import { exportThread } from '../amp/calls.ts';
import type { AmpFolders } from '../amp/folders.ts';
import { outcomeOf } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { ASKING_MS } from '../prompt/asked.ts';
import { promptEvidenceInExport } from '../prompt/evidence.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { mentionOf } from '../prompt/mention.ts';
import { shownBy } from '../prompt/plan.ts';
import { runnerOf } from '../runner/live.ts';
import { stopServing } from '../runner/record.ts';
import { keysIn } from '../store/keys.ts';
import { readRunner } from '../store/runner.ts';
import { type Session, threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { fileTimeStamp, makePrivateFolder, moveIfPresent, replaceFile } from '../system/files.ts';
import type { Key } from './key.ts';

/** The threads that agents of other keys are in: one may have gone to a thread of this key. */
export type Visits = ReadonlyMap<ThreadId, string>;

/** Looks where the agents of other keys are. */
export function visitsTo(key: Key): Visits {
  const others = keysIn(key.sessions).filter(({ paths }) => paths.folder !== key.paths.folder);
  return new Map(
    others.flatMap((other): (readonly [ThreadId, string])[] => {
      if (readRunner(other.paths.runner) === null) return [];
      const live = liveAgent(other.paths, key.sibling(other.key).read());
      return live.kind === 'stopped' || live.thread === null ? [] : [[live.thread, other.key]];
    }),
  );
}

/** The key that a thread may be in use by. */
type Holder = Pick<Key, 'config' | 'paths'>;

/** Why a thread must be kept, or null. This may ask Amp: `whyItStaysNow` tells whether the answer still holds. */
export async function whyItStays(
  key: Holder & Pick<Key, 'amp'>,
  session: Session,
  record: ThreadRecord,
  visits: Visits,
): Promise<string | null> {
  const why = whyInUse(key, session, record, visits);
  if (why !== null) return why;
  return (await lacksPrompt(key, record)) ? 'a prompt for it may not have arrived' : null;
}

/**
 * Why a thread must be kept that could go a while ago, or null. It is asked under the record's lock, right
 * before the thread goes: there was a question or a call of Amp since.
 * @param session everything that is recorded now.
 * @param seen the thread as it was then.
 */
export function whyItStaysNow(
  key: Holder,
  session: Session,
  seen: ThreadRecord,
  visits: Visits,
): string | null {
  const now = threadIn(session, seen.thread);
  if (now === null) return 'it is no longer on the list';
  const why = whyInUse(key, session, now, visits);
  return why ?? (usesOf(now) === usesOf(seen) ? null : 'it has been used in the meantime');
}

function whyInUse(key: Holder, session: Session, { thread }: ThreadRecord, visits: Visits): string | null {
  if (session.active?.thread === thread) return 'it is the active thread';
  const live = liveAgent(key.paths, session);
  if (live.kind !== 'stopped' && live.thread === thread) return 'the agent is in it';
  const visitor = visits.get(thread);
  if (visitor !== undefined) return `the agent of the key '${visitor}' is in it`;
  const runner = runnerOf(key.paths, key.config, thread);
  return runner === null
    ? null
    : `the runner '${runner.name}' serves it (archive it at Amp, and the runner lets go of it)`;
}

/** Everything that changes when a thread is used. */
function usesOf({ lastUsed, since, starts, sends, prompts }: ThreadRecord): string {
  return JSON.stringify([lastUsed, since, starts, sends, prompts]);
}

/**
 * A prompt may still be lost if it was handed over and neither the saved chat nor Amp shows that it arrived.
 * A fork's own first prompt only mentions its parent: nothing is lost with it.
 */
async function lacksPrompt(key: Pick<Key, 'amp' | 'paths'>, record: ThreadRecord): Promise<boolean> {
  const mention = record.parent === null ? null : promptSha256(mentionOf(record.parent));
  const handed = record.prompts.filter(({ state, sha256 }) => state === 'handed' && sha256 !== mention);
  if (handed.length === 0) return false;
  const shown = shownBy(join(key.paths.chats, `${record.thread}.json`), record, null);
  const unseen = handed.filter(({ sha256 }) => !shown.includes(sha256));
  if (unseen.length === 0) return false;
  const run = await exportThread(key.amp(record.workdir), record.thread, ASKING_MS.inCommand);
  // A thread that Amp no longer has waits for no prompt.
  if (outcomeOf(run, record.thread).kind === 'gone') return false;
  return unseen.some(({ sha256 }) => promptEvidenceInExport(run, sha256, new Set()) !== 'delivered');
}

/**
 * Drops threads from the list, after archiving everything known about them, including their chats.
 * @param folders Amp's own.
 * @param deleted whether Amp was told to delete them.
 * @returns the archive's folder.
 */
export async function dropThreads(
  store: Store,
  folders: AmpFolders,
  records: readonly ThreadRecord[],
  deleted: boolean,
): Promise<string> {
  const { archive: archives, chats, writers, olderWriters } = store.paths;
  store.check();
  const archive = join(archives, `${fileTimeStamp(new Date())}-${randomBytes(2).toString('hex')}`);
  makePrivateFolder(archive);
  replaceFile(join(archive, 'threads.json'), `${JSON.stringify(records, null, 2)}\n`);
  const names = existsSync(chats) ? readdirSync(chats) : [];
  for (const { thread } of records) {
    for (const name of names.filter((each) => each.startsWith(thread))) {
      store.check();
      moveIfPresent(join(chats, name), join(archive, name));
    }
  }
  // Before it is recorded: what Amp's file names is served again, and recorded.
  await stopServing(
    store,
    folders,
    records.map(({ thread }) => thread),
  );
  store.recordAll(
    records.map(
      ({ thread }) => ({ event: 'forgotten', thread, archive: basename(archive), deleted }) as const,
    ),
  );
  // Holds only the last writer's lock.
  for (const { thread } of records) {
    for (const folder of [writers, olderWriters])
      rmSync(join(folder, thread), { recursive: true, force: true });
  }
  return archive;
}
