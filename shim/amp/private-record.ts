import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { readTextIfPresent } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import type { AmpFolders } from './folders.ts';
import type { TerminalRecord } from './terminal-record.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

const SessionRecord = z.looseObject({ lastThreadId: z.string() });

/**
 * The thread that Amp was last in, in a work folder, according to this home's own private record. It is a
 * hint, and the only source that can't name another workspace's thread. Files and hash:
 * test/conformance/README.md, 2026-09.
 *
 * Since 2026-09 each checkout has a file of its own, written by interactive sessions only. `session.json`
 * knows only the home's last thread, no matter where and by whom it was opened, and counts only if an older
 * Amp wrote it last, whose thread is in none of those files.
 * @returns null when there is no record or it names no thread.
 */
export function lastThreadOf({ data }: AmpFolders, workdir: string): ThreadId | null {
  const record = SessionRecord.safeParse(readJson(join(data, 'session.json')));
  const last = record.success ? parseThreadId(record.data.lastThreadId) : null;
  const folder = join(data, 'last-threads');
  const files = namesIn(folder);
  if (files.length === 0) return last;
  const threads = new Map(files.map((name) => [name, threadIn(join(folder, name))]));
  if (last !== null && ![...threads.values()].includes(last)) return last;
  const name = createHash('sha256').update(checkoutOf(workdir)).digest('hex').slice(0, 16);
  return threads.get(`${name}-interactive-session.json`) ?? null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Missing, or not a folder: no hint.
    return [];
  }
}

/**
 * The last thread of the home, no matter where and by whom it was opened, and when that was written; null if
 * there is none.
 */
export function homeRecord({ data }: AmpFolders): TerminalRecord | null {
  const path = join(data, 'session.json');
  const record = SessionRecord.safeParse(readJson(path));
  const thread = record.success ? parseThreadId(record.data.lastThreadId) : null;
  const file = statSync(path, { throwIfNoEntry: false });
  return thread === null || file === undefined ? null : { thread, at: file.mtimeMs };
}

function threadIn(path: string): ThreadId | null {
  const thread = z.string().safeParse(readJson(path));
  return thread.success ? parseThreadId(thread.data) : null;
}

/**
 * The folder by which Amp knows a checkout: the nearest one above with `.git`, else the work folder itself.
 */
function checkoutOf(workdir: string): string {
  const start = existsSync(workdir) ? realpathSync(workdir) : workdir;
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

function readJson(path: string): unknown {
  try {
    return parseJson(readTextIfPresent(path) ?? 'null');
  } catch {
    // A record that can't be read is no hint.
    return null;
  }
}
