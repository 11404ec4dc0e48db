import type { ThreadId } from '../../shim/amp/thread-id.ts';
import type { NewEvent } from '../../shim/store/events.ts';
import type { SessionPaths } from '../../shim/store/paths.ts';
import { Store } from '../../shim/store/store.ts';
import { Deadline } from '../../shim/system/deadline.ts';
import { HANG_MS } from './limits.ts';

/** A thread becomes known. */
export const known = (thread: ThreadId): NewEvent => ({
  event: 'thread',
  thread,
  origin: 'new',
  workdir: '/w',
});

/** The agent is started in a thread. @param sha256 of its prompt, if it gets one. */
export const launchedIn = (thread: ThreadId | null, sha256?: string): NewEvent => ({
  event: 'launched',
  thread,
  workdir: '/w',
  prompt: sha256 === undefined ? null : { sha256, bytes: 1 },
  lastSeen: null,
});

/** A person chooses another thread. */
export const switched = (from: ThreadId | null, to: ThreadId): NewEvent => ({
  event: 'switched',
  from,
  to,
  by: 'use',
});

/** A thread is dropped from the list. */
export const forgotten = (thread: ThreadId): NewEvent => ({
  event: 'forgotten',
  thread,
  archive: 'x',
  deleted: false,
});

/** Opens the record of a key. @throws if another process holds it for longer than `waitMs`. */
export async function openStore(paths: SessionPaths, waitMs = HANG_MS): Promise<Store> {
  const store = await Store.open(paths, new Deadline(waitMs));
  if (store === null) throw new Error(`${paths.folder} is locked`);
  return store;
}

/** Records events of a key, as earlier commands and starts would have. */
export async function record(paths: SessionPaths, ...events: readonly NewEvent[]): Promise<void> {
  const store = await openStore(paths);
  store.record(...events);
  store.close();
}
