import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { readTextIfPresent } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import type { WrittenSince } from './file-times.ts';
import type { AmpFolders } from './folders.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

/**
 * What Amp's record of one terminal says: the thread, and when it last said so, in milliseconds since 1970.
 */
export type TerminalRecord = { readonly thread: ThreadId; readonly at: number };

const FOLDER = 'last-threads';

/**
 * A thread's ID in quotation marks has 40 bytes, its URL somewhat more; anything longer is not Amp's record.
 */
const MOST_BYTES = 1_000;

/**
 * The thread that an Amp with this `TERM_SESSION_ID` was last in (from Amp 0.0.1789582098 on;
 * test/conformance/amp-records.test.ts). Amp writes the file when a thread is open and again with each
 * message.
 * @param workdir where that Amp was started. Its files are named after the Git checkout, which may have been
 * created since: every folder above is considered, and the newest file counts.
 * @param wrote whether a record is new enough to count.
 * @returns null if there is no such record, or it is damaged, huge, a link or owned by another user.
 */
export function terminalRecord(
  folders: AmpFolders,
  workdir: string,
  terminal: string,
  wrote: WrittenSince = () => true,
): TerminalRecord | null {
  const folder = join(folders.data, FOLDER);
  return foldersAbove(workdir)
    .map((checkout) => `${hash(checkout)}-${hash(`term:${terminal}`)}-interactive-session.json`)
    .map((name) => recordIn(folder, name, wrote))
    .reduce((newest, record) => (record !== null && record.at > (newest?.at ?? 0) ? record : newest), null);
}

/** A record of one terminal, by its name: two hashes. */
const RECORD = /^[0-9a-f]{16}-[0-9a-f]{16}-interactive-session\.json$/;

/** Whether any Amp in this home has kept a record of its terminal; `amp threads new` does so as well. */
export function keepsTerminalRecords(folders: AmpFolders): boolean {
  try {
    return readdirSync(join(folders.data, FOLDER)).some((name) => RECORD.test(name));
  } catch {
    return false;
  }
}

function recordIn(folder: string, name: string, wrote: WrittenSince): TerminalRecord | null {
  try {
    const path = join(folder, name);
    const file = lstatSync(path, { throwIfNoEntry: false });
    if (file === undefined || !file.isFile() || file.size > MOST_BYTES) return null;
    if (!wrote(name, file.mtimeMs)) return null;
    if (process.getuid !== undefined && file.uid !== process.getuid()) return null;
    const named = z.string().safeParse(parseJson(readTextIfPresent(path) ?? ''));
    const thread = named.success ? parseThreadId(named.data) : null;
    return thread === null ? null : { thread, at: file.mtimeMs };
  } catch {
    // A record that can't be read says nothing.
    return null;
  }
}

function foldersAbove(workdir: string): string[] {
  const folders = [existsSync(workdir) ? realpathSync(workdir) : workdir];
  for (let above = folders[0] ?? workdir; above !== dirname(above); ) {
    above = dirname(above);
    folders.push(above);
  }
  return folders;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
