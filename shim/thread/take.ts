import type { NewEvent } from '../store/events.ts';
import { type Owners, withOwners } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { EXIT, Refusal } from '../system/exit.ts';

/** Whether a key was given a thread that was made elsewhere: not if another key of the home has it. */
export type Taking =
  | { readonly kind: 'taken' }
  | { readonly kind: 'owned'; readonly owner: string }
  /** Another process is about to give a thread to a key, and may hang. */
  | { readonly kind: 'busy' };

/**
 * Gives a key a thread, unless another key has it at that very moment.
 * @param mostKeys see `withOwners`.
 */
export function takeThread(
  store: Store,
  event: NewEvent & { event: 'thread' },
  mostKeys?: number,
): Promise<Taking> {
  const take = (owners: Owners): Taking => {
    const owner = owners.of(event.thread);
    if (owner !== null) return { kind: 'owned', owner };
    if (!owners.areHeld) return { kind: 'busy' };
    store.record(event);
    return { kind: 'taken' };
  };
  return withOwners(store.paths, take, mostKeys);
}

/** The refusal where the owners can't be held. */
export function ownersBusy({ paths }: Store): Refusal {
  return new Refusal(
    EXIT.busy,
    `Another process is choosing a thread right now, or the volume can't be written to (${paths.owners}). Nothing was changed; try again.`,
  );
}
