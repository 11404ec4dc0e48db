import type { ThreadId } from '../amp/thread-id.ts';
import type { Deadline } from '../system/deadline.ts';
import { makePrivateFolder } from '../system/files.ts';
import { type NewEvent, type SessionEvent, threadGivenBy } from './events.ts';
import { applyEvents } from './fold.ts';
import type { HeldLock } from './held-lock.ts';
import { appendHistory, historyLength } from './history.ts';
import { takeLock } from './lock.ts';
import { needsOlder } from './older.ts';
import { claim, hasClaimed } from './owners.ts';
import type { SessionPaths } from './paths.ts';
import { readSession, type StoredSession } from './read.ts';
import { type Session, threadIn, threadsOf } from './session.ts';
import { writeSnapshot } from './snapshot.ts';
import { dealWithTrouble } from './trouble.ts';

/** Whether a key has a thread on record. */
export function hasThread(
  paths: SessionPaths,
  thread: ThreadId,
  known = readSession(paths).session,
): boolean {
  if (threadIn(known, thread) !== null) return true;
  return known.older > 0 && threadIn(readSession(paths, 'all').session, thread) !== null;
}

function threadsIn(paths: SessionPaths, known: Session): ThreadId[] {
  const all = known.older === 0 ? known : readSession(paths, 'all').session;
  return threadsOf(all).map(({ thread }) => thread);
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
    if (this.#stored.replayed && this.#stored.historyBytes > 0) this.#replayOnce();
    const { active } = this.#session;
    // An older version, which makes no claims, recorded it.
    if (active !== null && !hasClaimed(paths, active.thread)) claim(paths, threadsIn(paths, this.#session));
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
      // One that only the history has is claimed again, which changes nothing, rather than looked for there.
      [...new Set(events.flatMap(threadGivenBy))].filter(
        (thread) => threadIn(this.#session, thread) === null,
      ),
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
      this.#writeSnapshot();
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

  /** Writes the snapshot that was missing at once: the next start has it even if this one is killed. */
  #replayOnce(): void {
    this.#changed = true;
    try {
      this.#writeSnapshot();
    } catch {
      // Without room, say. It is tried again at the end, and until then the history has everything.
    }
  }

  /** For exactly the bytes that were read or appended here, even if others follow at this moment. */
  #writeSnapshot(): void {
    const { lastSeq, historyBytes } = this.#stored;
    writeSnapshot(this.paths, { session: { ...this.#session, seq: lastSeq }, historyBytes });
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
