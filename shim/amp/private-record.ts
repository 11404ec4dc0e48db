import { join } from 'node:path';
import * as z from 'zod/mini';
import { readTextIfPresent } from '../system/files.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

const SessionRecord = z.looseObject({ lastThreadId: z.string() });

/**
 * The thread that Amp was last in, by this home's own private record (`~/.local/share/amp/session.json`). It is a hint,
 * and the only source that can't name another workspace's thread.
 * @returns null when there is no record or it names no thread.
 */
export function lastThreadOf(home: string, _workdir: string): ThreadId | null {
  try {
    const text = readTextIfPresent(join(home, '.local/share/amp/session.json'));
    const record = text === null ? null : SessionRecord.safeParse(JSON.parse(text));
    return record?.success ? parseThreadId(record.data.lastThreadId) : null;
  } catch {
    return null;
  }
}
