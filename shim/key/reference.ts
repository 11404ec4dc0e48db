import { parseThreadId } from '../amp/thread-id.ts';
import type { ThreadRecord } from '../store/thread-record.ts';

/** The result of resolving a person's reference to a thread. */
export type Match =
  | { readonly kind: 'one'; readonly record: ThreadRecord }
  | { readonly kind: 'several'; readonly records: readonly ThreadRecord[] }
  | { readonly kind: 'none' };

/** Shorter prefixes are more likely a typo than a thread. */
const SHORTEST_PREFIX = 3;

/**
 * Finds the thread that a person means: by its ID or URL, its name, or a prefix of its ID, with or without
 * `T-`.
 * @param threads of one key; other keys' threads are never found.
 */
export function matchThread(threads: readonly ThreadRecord[], reference: string): Match {
  const id = parseThreadId(reference);
  if (id !== null) return matchOf(threads.filter(({ thread }) => thread === id));
  const named = threads.filter(({ name }) => name === reference.trim());
  if (named.length > 0) return matchOf(named);
  const prefix = reference.trim().toLowerCase().replace(/^t-/, '');
  if (!/^[0-9a-f-]+$/.test(prefix) || prefix.length < SHORTEST_PREFIX) return { kind: 'none' };
  return matchOf(threads.filter(({ thread }) => thread.startsWith(`T-${prefix}`)));
}

function matchOf(records: readonly ThreadRecord[]): Match {
  const [record] = records;
  if (record === undefined) return { kind: 'none' };
  return records.length === 1 ? { kind: 'one', record } : { kind: 'several', records };
}

/** How many characters of an ID tell it from others at a glance: `T-` and the first block. */
const SHORT_ID = 10;

/** A thread's ID, short, for a person. */
export function shortId(thread: string): string {
  return thread.slice(0, SHORT_ID);
}

/** A sentence in which threads are named by their short IDs. */
export function shortened(text: string): string {
  return text.replace(/\bT-[0-9a-f]{8}-[0-9a-f-]{27}\b/g, shortId);
}

/** A thread within a question, which has to fit a line. */
export function named({ thread, name }: Pick<ThreadRecord, 'thread' | 'name'>): string {
  return name === null ? shortId(thread) : `${shortId(thread)} (${name})`;
}

/** A thread by its ID, and its name where it has one. */
export function calledBy({ thread, name }: Pick<ThreadRecord, 'thread' | 'name'>): string {
  return name === null ? thread : `${thread} (${name})`;
}
