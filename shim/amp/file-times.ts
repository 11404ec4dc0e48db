import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AmpFolders } from './folders.ts';

/** The time of each file, by its name, in milliseconds since 1970 as its own volume counts them. */
export type FileTimes = { readonly [name: string]: number };

/**
 * Whether a file has been written since a moment.
 * @param name the file's name; no two of Amp's folders have files of the same name.
 * @param time the file's time now, in milliseconds since 1970.
 */
export type WrittenSince = (name: string, time: number) => boolean;

/** The files in which Amp notes which threads it has open, and where each was written last. */
export function recordTimes({ data, cache }: AmpFolders): FileTimes {
  return Object.assign(
    {},
    timesIn(join(data, 'last-threads')),
    timesIn(join(cache, 'logs/threads')),
    timesOf(join(data, 'session.json'), 'session.json'),
  );
}

/** The times of a folder's files; none where it can't be read. */
export function timesIn(folder: string): FileTimes {
  try {
    return Object.assign({}, ...readdirSync(folder).map((name) => timesOf(join(folder, name), name)));
  } catch {
    // Not there, or not a folder.
    return {};
  }
}

/** The time of one file under a name; nothing where there is no such file. */
export function timesOf(path: string, name: string): FileTimes {
  const file = statSync(path, { throwIfNoEntry: false });
  return file === undefined ? {} : { [name]: file.mtimeMs };
}
