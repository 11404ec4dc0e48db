import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { liveAgent } from '../agent/live.ts';
import { exportThread } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import { shownBy } from '../prompt/choose.ts';
import { promptEvidenceInExport } from '../prompt/evidence.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { mentionOf } from '../prompt/mention.ts';
import type { Session } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { fileTimeStamp, makePrivateFolder, moveIfPresent, replaceFile } from '../system/files.ts';
import type { Key } from './key.ts';

/** Asking Amp for a thread's messages may take this long, in milliseconds. */
const EXPORT_MS = 15_000;

/** Why a thread must be kept, or null. */
export async function whyItStays(key: Key, session: Session, record: ThreadRecord): Promise<string | null> {
  const { thread } = record;
  if (session.active?.thread === thread) return 'it is the active thread';
  const live = liveAgent(key.paths, session);
  if (live.kind !== 'stopped' && live.thread === thread) return 'the agent is in it';
  if (await lacksPrompt(key, record)) return 'a prompt for it may not have arrived';
  return null;
}

/**
 * A prompt may still be lost if it was handed over and neither the saved chat nor Amp shows that it arrived.
 * A fork's own first prompt only mentions its parent: nothing is lost with it.
 */
async function lacksPrompt(key: Key, record: ThreadRecord): Promise<boolean> {
  const mention = record.parent === null ? null : promptSha256(mentionOf(record.parent));
  const handed = record.prompts.filter(({ state, sha256 }) => state === 'handed' && sha256 !== mention);
  if (handed.length === 0) return false;
  const shown = shownBy(join(key.paths.chats, `${record.thread}.json`), record, null);
  const unseen = handed.filter(({ sha256 }) => !shown.includes(sha256));
  if (unseen.length === 0) return false;
  const run = await exportThread(key.amp(record.workdir), record.thread, EXPORT_MS);
  // A thread that Amp no longer has waits for no prompt.
  if (outcomeOf(run, record.thread).kind === 'gone') return false;
  return unseen.some(({ sha256 }) => promptEvidenceInExport(run, sha256, new Set()) !== 'delivered');
}

/**
 * Drops threads from the list, after archiving everything known about them, including their chats.
 * @param deleted whether Amp was told to delete them.
 * @returns the archive's folder.
 */
export function dropThreads(store: Store, records: readonly ThreadRecord[], deleted: boolean): string {
  const { archive: archives, chats, writers } = store.paths;
  const archive = join(archives, `${fileTimeStamp(new Date())}-${randomBytes(2).toString('hex')}`);
  makePrivateFolder(archive);
  replaceFile(join(archive, 'threads.json'), `${JSON.stringify(records, null, 2)}\n`);
  const names = existsSync(chats) ? readdirSync(chats) : [];
  for (const { thread } of records) {
    for (const name of names.filter((each) => each.startsWith(thread))) {
      moveIfPresent(join(chats, name), join(archive, name));
    }
  }
  store.recordAll(
    records.map(
      ({ thread }) => ({ event: 'forgotten', thread, archive: basename(archive), deleted }) as const,
    ),
  );
  // Holds only the last writer's lock.
  for (const { thread } of records) rmSync(join(writers, thread), { recursive: true, force: true });
  return archive;
}
