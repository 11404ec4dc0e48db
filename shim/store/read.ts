import type { ThreadId } from '../amp/thread-id.ts';
import { type HistoryLine, threadsNamedBy } from './events.ts';
import { Fold } from './fold.ts';
import { type HistoryEnd, readHistory } from './history.ts';
import { needsOlder } from './older.ts';
import type { SessionPaths } from './paths.ts';
import { EMPTY_SESSION, type Session } from './session.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** A session key's record as read, with any problems found. */
export type StoredSession = {
  readonly session: Session;
  /** Whether the history ends with a whole line. */
  readonly whole: boolean;
  /** Highest event number in use, by whatever version of this program. */
  readonly lastSeq: number;
  /** How many bytes of the history this stands for. */
  readonly historyBytes: number;
  /** Whether there was no intact snapshot, so that the history was read from its beginning. */
  readonly replayed: boolean;
  /** Snapshot files that could not be read or parsed. */
  readonly unreadable: readonly string[];
  /**
   * The error if the history exists but can't be read: what is known is as of the snapshot. Null otherwise.
   */
  readonly historyError: unknown;
  /** Lines of the history that could not be parsed. */
  readonly damagedLines: number;
};

/**
 * Reads what is known about a session key: the newest intact snapshot and every event since, or, without one,
 * the whole history. Changes nothing and needs no lock. If the history can't be read, only the snapshot
 * counts.
 * @param which every thread, or at least those that were used most recently.
 * @throws an error of the file system if neither can be read.
 */
export function readSession(paths: SessionPaths, which: 'recent' | 'all' = 'recent'): StoredSession {
  const { snapshot, unreadable } = readSnapshot(paths);
  try {
    return readWithHistory(paths, which, snapshot, unreadable);
  } catch (historyError) {
    if (snapshot === null) throw historyError;
    return { ...new Sum(snapshot.session).stored(null, unreadable), historyError };
  }
}

function readWithHistory(
  paths: SessionPaths,
  which: 'recent' | 'all',
  snapshot: Snapshot | null,
  unreadable: readonly string[],
): StoredSession {
  if (snapshot === null) {
    const recent = which === 'all' ? null : replayRecent(paths);
    const { sum, end } = recent ?? replayAll(paths);
    return { ...sum.stored(end, unreadable), replayed: true };
  }
  const { session, historyBytes } = snapshot;
  let missing = which === 'all' && session.older > 0;
  if (!missing) {
    const since = new Sum(session);
    const end = readHistory(paths.history, historyBytes, (line) => {
      missing ||= line.kind === 'event' && needsOlder(session, line.event);
      since.add(line);
    });
    if (end !== null && !missing) return since.stored(end, unreadable);
  }
  const before = new Fold(EMPTY_SESSION);
  const newer: HistoryLine[] = [];
  const end = readHistory(paths.history, 0, (line) => {
    if (line.kind === 'damaged' || seqOf(line) > session.seq) newer.push(line);
    else if (missing && line.kind === 'event') before.apply(line.event);
  });
  const sum = new Sum(missing ? withOlder(session, before.session) : session);
  for (const line of newer) sum.add(line);
  return sum.stored(end, unreadable);
}

type Replayed = { readonly sum: Sum; readonly end: HistoryEnd | null };

function replayAll(paths: SessionPaths): Replayed {
  const sum = new Sum(EMPTY_SESSION);
  return { sum, end: readHistory(paths.history, 0, (line) => sum.add(line)) };
}

/** So many threads are in memory at most, and so many are left of them each time that they become more. */
const RECENT = { most: 4_000, kept: 1_000 } as const;

/**
 * Replays a history with only the most recently used threads in memory, as if there had been snapshots on the way:
 * half a million threads take a second to keep alive.
 * @returns null if a line is about a thread that had been left out.
 */
function replayRecent(paths: SessionPaths): Replayed | null {
  const sum = new Sum(EMPTY_SESSION);
  const leftOut: ThreadId[] = [];
  // Only made if a line may be about one of them.
  let ids: Set<string> | null = null;
  let missing = false;
  const end = readHistory(paths.history, 0, (line) => {
    if (line.kind === 'event' && needsOlder(sum.session, line.event)) {
      ids ??= new Set(leftOut);
      missing ||= threadsNamedBy(line.event).some((id) => ids?.has(id));
    }
    if (missing) return;
    sum.add(line);
    for (const id of sum.leaveOutOldest(RECENT)) {
      leftOut.push(id);
      ids?.add(id);
    }
  });
  return missing ? null : { sum, end };
}

/**
 * Adds the threads that only the history has. What the snapshot has is kept, in case the history has lost
 * lines.
 * @param before what the history says up to the snapshot.
 */
function withOlder(session: Session, { others }: Session): Session {
  const older = [...others].filter(([thread]) => session.active?.thread !== thread);
  const merged = new Map(older);
  for (const [thread, record] of session.others) {
    // Moved to the end: the order is by use.
    merged.delete(thread);
    merged.set(thread, record);
  }
  return { ...session, others: merged, older: 0 };
}

/** Sums lines of a history up, one by one: all of them may be far more than what they come to. */
class Sum {
  readonly #fold: Fold;
  #lastSeq: number;
  #damagedLines = 0;

  constructor(base: Session) {
    this.#fold = new Fold(base);
    this.#lastSeq = base.seq;
  }

  add(line: HistoryLine): void {
    if (line.kind === 'damaged') this.#damagedLines++;
    if (line.kind === 'event') this.#fold.apply(line.event);
    this.#lastSeq = Math.max(this.#lastSeq, seqOf(line));
  }

  /** The session so far. */
  get session(): Session {
    return this.#fold.session;
  }

  /** @returns the threads that were left out. */
  leaveOutOldest({ most, kept }: { readonly most: number; readonly kept: number }): readonly ThreadId[] {
    return this.session.others.size > most ? this.#fold.leaveOutOldest(kept) : [];
  }

  /** @param end null for no history. */
  stored(end: HistoryEnd | null, unreadable: readonly string[]): StoredSession {
    return {
      session: this.#fold.session,
      whole: end?.whole ?? true,
      historyBytes: end?.end ?? 0,
      replayed: false,
      lastSeq: this.#lastSeq,
      unreadable,
      historyError: null,
      damagedLines: this.#damagedLines,
    };
  }
}

function seqOf(line: HistoryLine): number {
  return line.kind === 'event' ? line.event.seq : line.kind === 'foreign' ? line.seq : 0;
}
