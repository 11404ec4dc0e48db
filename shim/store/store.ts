import type { ThreadId } from '../amp/thread-id.ts';
import type { Deadline } from '../system/deadline.ts';
import { makePrivateFolder } from '../system/files.ts';
import { type HistoryLine, type NewEvent, type SessionEvent, threadGivenBy } from './events.ts';
import { applyEvents, needsOlder } from './fold.ts';
import type { HeldLock } from './held-lock.ts';
import { appendHistory, type HistoryPart, historyLength, readHistory } from './history.ts';
import { takeLock } from './lock.ts';
import { claim, hasClaimed } from './owners.ts';
import type { SessionPaths } from './paths.ts';
import { EMPTY_SESSION, type Session, threadIn, threadsOf } from './session.ts';
import { readSnapshot, type Snapshot, writeSnapshot } from './snapshot.ts';
import { dealWithTrouble } from './trouble.ts';

/** A session key's record as read, with any problems found. */
export type StoredSession = {
  readonly session: Session;
  /** Whether the history ends with a whole line. */
  readonly whole: boolean;
  /** Highest event number in use, by whatever version of this program. */
  readonly lastSeq: number;
  /** How many bytes of the history this stands for. */
  readonly historyBytes: number;
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
    return { ...summed(snapshot.session, NO_HISTORY, unreadable), historyError };
  }
}

function readWithHistory(
  paths: SessionPaths,
  which: 'recent' | 'all',
  snapshot: Snapshot | null,
  unreadable: readonly string[],
): StoredSession {
  if (snapshot === null)
    return summed(EMPTY_SESSION, readHistory(paths.history, 0) ?? NO_HISTORY, unreadable);
  const { session, historyBytes } = snapshot;
  const since = readHistory(paths.history, historyBytes);
  const missing =
    which === 'all'
      ? session.older > 0
      : eventsIn(since?.lines ?? []).some((event) => needsOlder(session, event));
  if (since !== null && !missing) return summed(session, since, unreadable);
  const whole = readHistory(paths.history, 0) ?? NO_HISTORY;
  const isNewer = (line: HistoryLine) => line.kind === 'damaged' || seqOf(line) > session.seq;
  const newer = { ...whole, lines: whole.lines.filter(isNewer) };
  return summed(missing ? withOlder(session, whole) : session, newer, unreadable);
}

/**
 * Adds the threads that only the history has. What the snapshot has is kept, in case the history has lost
 * lines.
 */
function withOlder(session: Session, { lines }: HistoryPart): Session {
  const before = eventsIn(lines).filter(({ seq }) => seq <= session.seq);
  const { others } = applyEvents(EMPTY_SESSION, before);
  const older = [...others].filter(([thread]) => session.active?.thread !== thread);
  const merged = new Map(older);
  for (const [thread, record] of session.others) {
    // Moved to the end: the order is by use.
    merged.delete(thread);
    merged.set(thread, record);
  }
  return { ...session, others: merged, older: 0 };
}

const NO_HISTORY: HistoryPart = { lines: [], whole: true, end: 0 };

function summed(base: Session, part: HistoryPart, unreadable: readonly string[]): StoredSession {
  const session = applyEvents(base, eventsIn(part.lines));
  return {
    session,
    whole: part.whole,
    historyBytes: part.end,
    lastSeq: part.lines.reduce((highest, line) => Math.max(highest, seqOf(line)), session.seq),
    unreadable,
    historyError: null,
    damagedLines: part.lines.filter((line) => line.kind === 'damaged').length,
  };
}

function eventsIn(lines: readonly HistoryLine[]): SessionEvent[] {
  return lines.flatMap((line) => (line.kind === 'event' ? [line.event] : []));
}

function seqOf(line: HistoryLine): number {
  return line.kind === 'event' ? line.event.seq : line.kind === 'foreign' ? line.seq : 0;
}

/** Whether a key has a thread on record. */
export function hasThread(
  paths: SessionPaths,
  thread: ThreadId,
  known = readSession(paths).session,
): boolean {
  if (threadIn(known, thread) !== null) return true;
  return known.older > 0 && threadIn(readSession(paths, 'all').session, thread) !== null;
}

function threadsIn(paths: SessionPaths): ThreadId[] {
  return threadsOf(readSession(paths, 'all').session).map(({ thread }) => thread);
}

/** A session key's record, opened by the one process that may change it. */
export class Store {
  readonly paths: SessionPaths;
  /** Problems found in the files, as messages for the log. */
  readonly trouble: readonly string[];
  readonly #lock: HeldLock;
  #stored: StoredSession;
  #session: Session;
  /** Whether there is anything new to write to a snapshot. */
  #changed: boolean;
  /** False after an append that failed: a snapshot might count half a line then. */
  #sound = true;

  private constructor(paths: SessionPaths, lock: HeldLock) {
    this.paths = paths;
    this.#lock = lock;
    this.#stored = readToChange(paths);
    this.#session = this.#stored.session;
    this.#changed = this.#stored.unreadable.length > 0;
    this.trouble = dealWithTrouble(paths, this.#stored);
    const { active } = this.#session;
    // An older version, which makes no claims, recorded it.
    if (active !== null && !hasClaimed(paths, active.thread)) claim(paths, threadsIn(paths));
  }

  /**
   * Opens a session key's record, creating it if it is new.
   * @returns null if a live process held the lock until the deadline.
   * @throws an error of the file system (no space, read-only, no permission).
   */
  static async open(paths: SessionPaths, deadline: Deadline): Promise<Store | null> {
    makePrivateFolder(paths.folder);
    const lock = await takeLock(paths.folder, deadline);
    if (lock === null) return null;
    try {
      return new Store(paths, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** The current session. */
  get session(): Session {
    return this.#session;
  }

  /** Whether this key has a thread on record, however long ago it was used. */
  has(thread: ThreadId): boolean {
    return hasThread(this.paths, thread, this.#session);
  }

  /**
   * Makes sure that the record is still ours to change, right before something else than recording.
   * @throws Refusal if another process has taken it over.
   */
  check(): void {
    this.#lock.check();
  }

  /**
   * Records events. They are synced to the volume when this returns.
   * @throws Refusal if another process has taken the record over, and an error of the file system.
   */
  record(...events: readonly NewEvent[]): void {
    this.recordAll(events);
  }

  /** Like `record`, for more events than a call can have arguments. */
  recordAll(events: readonly NewEvent[]): void {
    claim(
      this.paths,
      [...new Set(events.flatMap(threadGivenBy))].filter((thread) => !this.has(thread)),
    );
    const at = new Date().toISOString();
    this.check();
    this.#catchUp();
    const { lastSeq, historyBytes, whole } = this.#stored;
    const numbered = events.map(
      (event, index) => ({ seq: lastSeq + index + 1, at, ...event }) as SessionEvent,
    );
    this.#sound = false;
    const length = appendHistory(this.paths.history, numbered, whole);
    this.#sound = true;
    this.#changed = true;
    const now = { lastSeq: lastSeq + numbered.length, historyBytes: historyBytes + length, whole: true };
    this.#stored = { ...this.#stored, ...now };
    const known = numbered.some((event) => needsOlder(this.#session, event));
    this.#session = known ? readSession(this.paths, 'all').session : applyEvents(this.#session, numbered);
  }

  /** Writes a snapshot, so that the next start need not replay the history, and releases the lock. */
  close(): void {
    try {
      if (!this.#sound || !this.#changed || !this.#lock.isOurs) return;
      // For exactly the bytes that were read or appended here, even if others follow at this moment.
      const { lastSeq, historyBytes } = this.#stored;
      writeSnapshot(this.paths, { session: { ...this.#session, seq: lastSeq }, historyBytes });
    } finally {
      this.#lock.release();
    }
  }

  /**
   * Whether the history is another one than was read and appended here: a process that had lost the lock wrote
   * after all, or an append failed halfway.
   */
  #isBehind(): boolean {
    return historyLength(this.paths.history) !== this.#stored.historyBytes;
  }

  #catchUp(): void {
    if (!this.#isBehind()) return;
    this.#stored = readToChange(this.paths);
    this.#session = this.#stored.session;
  }
}

/** What can't be read can't be appended to either; what the snapshot has is only for those who read. */
function readToChange(paths: SessionPaths): StoredSession {
  const stored = readSession(paths);
  if (stored.historyError !== null) throw stored.historyError;
  return stored;
}
