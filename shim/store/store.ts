import type { Deadline } from '../system/deadline.ts';
import { makePrivateFolder, setAside } from '../system/files.ts';
import { reasonOf } from '../system/report.ts';
import type { HistoryLine, NewEvent, SessionEvent } from './events.ts';
import { applyEvents, needsOlder } from './fold.ts';
import { appendHistory, type HistoryPart, historyLength, readHistory } from './history.ts';
import { takeLock } from './lock.ts';
import type { SessionPaths } from './paths.ts';
import { EMPTY_SESSION, type Session } from './session.ts';
import { readSnapshot, type Snapshot, writeSnapshot } from './snapshot.ts';

/** A session key's record as read, with any problems found. */
export type StoredSession = {
  readonly session: Session;
  /** Whether the history ends with a whole line. */
  readonly whole: boolean;
  /** Highest event number in use, by whatever version of this program. */
  readonly lastSeq: number;
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
      : newerEvents(since?.lines ?? [], session.seq).some((event) => needsOlder(session, event));
  if (since !== null && !missing) return summed(session, since, unreadable);
  const whole = readHistory(paths.history, 0) ?? NO_HISTORY;
  return summed(missing ? withOlder(session, whole) : session, whole, unreadable);
}

/**
 * Adds the threads that only the history has. What the snapshot has is kept, in case the history has lost
 * lines.
 */
function withOlder(session: Session, { lines }: HistoryPart): Session {
  const before = newerEvents(lines, 0).filter(({ seq }) => seq <= session.seq);
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

const NO_HISTORY: HistoryPart = { lines: [], whole: true };

function summed(base: Session, part: HistoryPart, unreadable: readonly string[]): StoredSession {
  const session = applyEvents(base, newerEvents(part.lines, base.seq));
  return {
    session,
    whole: part.whole,
    lastSeq: part.lines.reduce((highest, line) => Math.max(highest, seqOf(line)), session.seq),
    unreadable,
    historyError: null,
    damagedLines: part.lines.filter((line) => line.kind === 'damaged').length,
  };
}

function newerEvents(lines: readonly HistoryLine[], seq: number): SessionEvent[] {
  return lines.flatMap((line) => (line.kind === 'event' && line.event.seq > seq ? [line.event] : []));
}

function seqOf(line: HistoryLine): number {
  return line.kind === 'event' ? line.event.seq : line.kind === 'foreign' ? line.seq : 0;
}

/** @returns what to log about it. */
function setAsideIfPossible(path: string): string {
  try {
    const aside = setAside(path, new Date());
    return `A record could not be read and was set aside as ${aside}; the history was used instead.`;
  } catch (error) {
    return `${path} could be neither read nor set aside (${reasonOf(error)}); the history was used instead.`;
  }
}

/** A session key's record, opened by the one process that may change it. */
export class Store {
  readonly paths: SessionPaths;
  /** Problems found in the files, as messages for the log. */
  readonly trouble: readonly string[];
  readonly #release: () => void;
  #session: Session;
  #seq: number;
  #whole: boolean;
  /** Whether there is anything new to write to a snapshot. */
  #changed: boolean;
  /**
   * Whether the last append reached the volume; after one that did not, a snapshot might count half a line.
   */
  #sound = true;

  private constructor(paths: SessionPaths, release: () => void) {
    this.paths = paths;
    this.#release = release;
    const stored = readSession(paths);
    // It can't be appended to either; what the snapshot has is only for those who read.
    if (stored.historyError !== null) throw stored.historyError;
    this.#session = stored.session;
    this.#seq = stored.lastSeq;
    this.#whole = stored.whole;
    this.#changed = stored.unreadable.length > 0;
    this.trouble = [
      ...stored.unreadable.map(setAsideIfPossible),
      ...(stored.damagedLines === 0
        ? []
        : [`${stored.damagedLines} damaged line(s) of ${paths.history} were skipped and are kept.`]),
    ];
  }

  /**
   * Opens a session key's record, creating it if it is new.
   * @returns null if a live process held the lock until the deadline.
   * @throws an error of the file system (no space, read-only, no permission).
   */
  static async open(paths: SessionPaths, deadline: Deadline): Promise<Store | null> {
    makePrivateFolder(paths.folder);
    const release = await takeLock(paths.folder, deadline);
    if (release === null) return null;
    try {
      return new Store(paths, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The current session. */
  get session(): Session {
    return this.#session;
  }

  /** Records events. They are synced to the volume when this returns. */
  record(...events: readonly NewEvent[]): void {
    this.recordAll(events);
  }

  /** Like `record`, for more events than a call can have arguments. */
  recordAll(events: readonly NewEvent[]): void {
    const at = new Date().toISOString();
    const numbered = events.map(
      (event, index) => ({ seq: this.#seq + index + 1, at, ...event }) as SessionEvent,
    );
    this.#sound = false;
    appendHistory(this.paths.history, numbered, this.#whole);
    this.#sound = true;
    this.#changed = true;
    this.#seq += numbered.length;
    this.#whole = true;
    const known = numbered.some((event) => needsOlder(this.#session, event));
    this.#session = known ? readSession(this.paths, 'all').session : applyEvents(this.#session, numbered);
  }

  /** Writes a snapshot, so that the next start need not replay the history, and releases the lock. */
  close(): void {
    try {
      if (!this.#sound || !this.#changed) return;
      const historyBytes = historyLength(this.paths.history);
      writeSnapshot(this.paths, { session: { ...this.#session, seq: this.#seq }, historyBytes });
    } finally {
      this.#release();
    }
  }
}
