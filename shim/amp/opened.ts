import { join } from 'node:path';
import { timesIn, type WrittenSince } from './file-times.ts';
import type { AmpFolders } from './folders.ts';
import { homeRecord } from './private-record.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

/**
 * The threads that any Amp in this home has opened since a given moment, most recently opened first, in
 * whatever terminal: each needs proof before it can be attributed to the agent. Amp keeps a log of each
 * thread that it opens (`logs/threads/<thread>.log` in its cache, test/conformance/amp-records.test.ts);
 * older versions only name the last thread of the home.
 * @param wrote whether a file has been written since that moment.
 */
export function openedSince(folders: AmpFolders, wrote: WrittenSince): readonly ThreadId[] {
  const last = homeRecord(folders);
  const logs = Object.entries(timesIn(join(folders.cache, 'logs/threads'))).filter((log) => wrote(...log));
  const seen = logs
    .map(([name, at]) => ({ thread: parseThreadId(name.replace(/\.log$/, '')), at }))
    .concat(last !== null && wrote('session.json', last.at) ? [last] : [])
    .sort((one, other) => other.at - one.at);
  return [...new Set(seen.flatMap(({ thread }) => thread ?? []))];
}
