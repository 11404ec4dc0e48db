import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NewEvent } from '../../../shim/store/events.ts';
import type { SessionPaths } from '../../../shim/store/paths.ts';
import { Store } from '../../../shim/store/store.ts';
import { Deadline } from '../../../shim/system/deadline.ts';

/** An event with the time at which it happened (ISO 8601). */
export type PastEvent = NewEvent & { readonly at?: string };

/** Adds events to a key's record, as the program itself does. */
export async function recordEvents(paths: SessionPaths, ...events: readonly PastEvent[]): Promise<void> {
  const store = await Store.open(paths, new Deadline(5_000));
  if (store === null) throw new Error(`${paths.folder} is locked`);
  try {
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
