import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isSince } from '../system/files.ts';
import type { AmpFolders } from './folders.ts';
import { homeRecord } from './private-record.ts';
import type { TerminalRecord } from './terminal-record.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

/**
 * The threads that any Amp in this home has opened since a given moment, most recently opened first, in
 * whatever terminal: each needs proof before it can be attributed to the agent. Amp keeps a log of each
 * thread that it opens (`logs/threads/<thread>.log` in its cache, test/conformance/amp-records.test.ts);
 * older versions only name the last thread of the home.
 * @param since milliseconds since 1970.
 */
export function openedSince(folders: AmpFolders, since: number): readonly ThreadId[] {
  const last = homeRecord(folders);
  const seen = [...logsIn(join(folders.cache, 'logs/threads')), ...(last === null ? [] : [last])]
    .filter(({ at }) => isSince(at, since))
    .sort((one, other) => other.at - one.at);
  return [...new Set(seen.map(({ thread }) => thread))];
}

function logsIn(folder: string): TerminalRecord[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const thread = parseThreadId(name.replace(/\.log$/, ''));
      const file = thread === null ? undefined : statSync(join(folder, name), { throwIfNoEntry: false });
      return thread === null || file === undefined ? [] : [{ thread, at: file.mtimeMs }];
    });
  } catch {
    // This Amp keeps no such logs.
    return [];
  }
}
