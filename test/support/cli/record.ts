import { parseThreadId } from '../../../shim/amp/thread-id.ts';
import type { NewEvent } from '../../../shim/store/events.ts';
import { noteKey } from '../../../shim/store/keys.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import type { Store } from '../../../shim/store/store.ts';
import { openStore } from '../record.ts';

/** An event with its own time. */
export type DatedEvent = NewEvent & { readonly at?: string };

/** Records events of a key, as earlier commands and starts would have. */
export function recordEvents(stateFolder: string, key: string, events: readonly DatedEvent[]): Promise<void> {
  return change(stateFolder, key, (store) => store.record(...events));
}

/**
 * Makes a thread of Amp's servers the active one of a key, as `amp-session new` does, without the second that
 * Amp needs to create it.
 * @param sends how many headless turns it has had.
 */
export async function recordThread(
  { stateFolder, workdir, key = 'main' }: { stateFolder: string; workdir: string; key?: string },
  thread: string,
  sends = 0,
): Promise<void> {
  const id = parseThreadId(thread);
  if (id === null) throw new Error(`${thread} is no thread`);
  await change(stateFolder, key, (store) => {
    const from = store.session.active?.thread ?? null;
    store.record({ event: 'thread', thread: id, origin: 'new', workdir });
    if (from !== null) store.record({ event: 'switched', from, to: id, by: 'new' });
    for (let sent = 0; sent < sends; sent++) store.record({ event: 'sent', thread: id, prompt: null });
  });
}

async function change(stateFolder: string, key: string, how: (store: Store) => void): Promise<void> {
  const paths = sessionPaths(stateFolder, key);
  const store = await openStore(paths);
  try {
    noteKey(paths, key);
    how(store);
  } finally {
    store.close();
  }
}
