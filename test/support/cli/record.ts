import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NewEvent } from '../../../shim/store/events.ts';
import { noteKey } from '../../../shim/store/keys.ts';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { Store } from '../../../shim/store/store.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { HANG_MS } from '../limits.ts';

/** An event that says itself when it was. */
export type DatedEvent = NewEvent & { readonly at?: string };

/** Records events of a key, as earlier commands and starts would have. @param stateFolder the state folder. */
export async function recordEvents(
  stateFolder: string,
  key: string,
  events: readonly DatedEvent[],
): Promise<void> {
  const paths = sessionPaths(stateFolder, key);
  const store = await Store.open(paths, new Deadline(HANG_MS));
  if (store === null) throw new Error(`the record of ${key} is locked`);
  try {
    noteKey(paths, key);
    store.record(...events);
  } finally {
    store.close();
  }
}

/** Every file of a key's record by its name, to see whether anything changed. Locks come and go. */
export function filesOf({ folder }: SessionPaths): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('lock.'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(names.sort().map((path) => [path, readFileSync(path, 'utf8')]));
}
