import type { NewEvent } from '../../../shim/store/events.ts';
import { noteKey } from '../../../shim/store/keys.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { Store } from '../../../shim/store/store.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { HANG_MS } from '../limits.ts';

/** An event with its own time. */
export type DatedEvent = NewEvent & { readonly at?: string };

/** Records events of a key, as earlier commands and starts would have. */
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
