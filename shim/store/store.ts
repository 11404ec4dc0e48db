import type { Deadline } from '../system/deadline.ts';
import { makePrivateFolder } from '../system/files.ts';
import type { HistoryLine, NewEvent, SessionEvent } from './events.ts';
import { appendHistory, historyLength, readHistory } from './history.ts';
import { takeLock } from './lock.ts';
import type { SessionPaths } from './paths.ts';
import { applyEvent, EMPTY_SESSION, type Session } from './session.ts';
import { readSnapshot, type Snapshot, setAside, writeSnapshot } from './snapshot.ts';

/** What was read of a session key, and what was wrong with it. */
export type StoredSession = {
  readonly session: Session;
  /** Whether the history ends with a whole line. */
  readonly whole: boolean;
  /** Highest event number in use, by whatever version of this program. */
  readonly lastSeq: number;
  /** Snapshot files that could not be understood. */
  readonly unreadable: readonly string[];
  /** Lines of the history that could not be understood. */
  readonly damagedLines: number;
};

/**
 * Reads what is known of a session key: the newest sound snapshot and every event since, or, where there is no
 * sound snapshot, the whole history. Changes nothing and needs no lock.
 */
export function readSession(paths: SessionPaths): StoredSession {
  const { snapshot, unreadable } = readSnapshot(paths);
  const since = snapshot === null ? null : readHistory(paths.history, snapshot.historyBytes);
  const part = since ?? readHistory(paths.history, 0) ?? { lines: [], whole: true };
  const { historyBytes: _, ...base } = snapshot ?? { ...EMPTY_SESSION, historyBytes: 0 };
  const session = newerEvents(part.lines, base.seq).reduce<Session>(applyEvent, base);
  return {
    session,
    whole: part.whole,
    lastSeq: part.lines.reduce((highest, line) => Math.max(highest, seqOf(line)), session.seq),
    unreadable,
    damagedLines: part.lines.filter((line) => line.kind === 'damaged').length,
  };
}

function newerEvents(lines: readonly HistoryLine[], seq: number): SessionEvent[] {
  return lines.flatMap((line) => (line.kind === 'event' && line.event.seq > seq ? [line.event] : []));
}

function seqOf(line: HistoryLine): number {
  return line.kind === 'event' ? line.event.seq : line.kind === 'foreign' ? line.seq : 0;
}

/** A session key's record, opened by the one process that may change it. */
export class Store {
  readonly paths: SessionPaths;
  /** What was wrong with the files, for a message to the reader of the log. */
  readonly trouble: readonly string[];
  readonly #release: () => void;
  #session: Session;
  #seq: number;
  #whole: boolean;
  /** Whether the last record reached the volume; after one that did not, a snapshot could count half a line. */
  #sound = true;

  private constructor(paths: SessionPaths, release: () => void) {
    this.paths = paths;
    this.#release = release;
    const stored = readSession(paths);
    this.#session = stored.session;
    this.#seq = stored.lastSeq;
    this.#whole = stored.whole;
    const aside = stored.unreadable.map((path) => setAside(path, new Date()));
    this.trouble = [
      ...aside.map(
        (path) => `A record could not be read and was set aside as ${path}; the history took its place.`,
      ),
      ...(stored.damagedLines === 0
        ? []
        : [
            `${stored.damagedLines} damaged line(s) of ${paths.history} were passed over; they are still there.`,
          ]),
    ];
  }

  /**
   * Opens a session key's record, making it if it is new.
   * @returns null when a living process kept the lock until the deadline.
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

  /** What is true now. */
  get session(): Session {
    return this.#session;
  }

  /** Makes events true. They are synced to the volume when this returns. */
  record(...events: readonly NewEvent[]): void {
    const at = new Date().toISOString();
    const numbered = events.map(
      (event, index) => ({ seq: this.#seq + index + 1, at, ...event }) as SessionEvent,
    );
    this.#sound = false;
    appendHistory(this.paths.history, numbered, this.#whole);
    this.#sound = true;
    this.#seq += numbered.length;
    this.#whole = true;
    this.#session = numbered.reduce(applyEvent, this.#session);
  }

  /** Writes a snapshot, so that the next start need not add up the history, and lets the lock go. */
  close(): void {
    try {
      if (!this.#sound) return;
      const historyBytes = historyLength(this.paths.history);
      const snapshot: Snapshot = { ...this.#session, seq: this.#seq, historyBytes };
      writeSnapshot(this.paths, snapshot);
    } finally {
      this.#release();
    }
  }
}
