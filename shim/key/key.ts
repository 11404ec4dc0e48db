import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { firewallOf } from '../agent/firewall.ts';
import type { AmpContext } from '../amp/calls.ts';
import { parseThreadId } from '../amp/thread-id.ts';
import type { BaseConfig } from '../environment/base.ts';
import { currentFolder } from '../environment/launcher.ts';
import { recordUnrecordedServing, unrecordedServing } from '../runner/record.ts';
import type { SessionEvent } from '../store/events.ts';
import { applyEvents } from '../store/fold.ts';
import { noteKey, ownerOf } from '../store/keys.ts';
import { needsOlder } from '../store/older.ts';
import { type SessionPaths, sessionPaths } from '../store/paths.ts';
import { readSession } from '../store/read.ts';
import { readRunner } from '../store/runner.ts';
import { type Session, threadsOf } from '../store/session.ts';
import { Store } from '../store/store.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { Deadline } from '../system/deadline.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { follow, unrecordedMove } from '../thread/follow.ts';
import { matchThread } from './reference.ts';

/** How long a command waits for the record's lock, in milliseconds. A start needs up to 8 s. */
const LOCK_MS = 10_000;

/** One key, as a command works on it. */
export class Key {
  readonly name: string;
  readonly paths: SessionPaths;
  readonly config: BaseConfig;

  constructor(config: BaseConfig) {
    this.config = config;
    this.name = config.key;
    this.paths = sessionPaths(config.stateFolder, config.key);
  }

  /** Another key of the same workspace. */
  sibling(key: string): Key {
    return new Key({ ...this.config, key });
  }

  /** What is recorded, with the most recently used threads. */
  read(): Session {
    return this.#withNews(readSession(this.paths, 'recent').session);
  }

  /** What is recorded, with every thread. */
  readAll(): Session {
    return this.#withNews(readSession(this.paths, 'all').session);
  }

  #withNews(session: Session): Session {
    const news = this.#news(session);
    if (news.length === 0) return session;
    const needsAll = news.some((event) => needsOlder(session, event));
    return applyEvents(needsAll ? readSession(this.paths, 'all').session : session, news);
  }

  /** What the agent and the runner have done that the next change of the record will record. */
  unrecorded(): readonly SessionEvent[] {
    return this.#news(readSession(this.paths, 'all').session);
  }

  #news(session: Session): readonly SessionEvent[] {
    const { folders } = this.config;
    const move = this.#isFollowing ? unrecordedMove(session, this.paths, folders) : null;
    const events = [...(move === null ? [] : [move]), ...unrecordedServing(session, this.paths, folders)];
    const at = new Date().toISOString();
    return events.map((event, index) => ({ seq: session.seq + 1 + index, at, ...event }) as SessionEvent);
  }

  /** With persistence off nothing is followed. */
  get #isFollowing(): boolean {
    return readRunner(this.paths.runner)?.persistence ?? false;
  }

  /**
   * Resolves a person's reference to a thread.
   * @param reference as given: an ID, a URL, a name or a prefix of an ID; null for the active thread.
   * @throws Refusal when there is no match or the reference is ambiguous.
   */
  find(reference: string | null): ThreadRecord {
    const session = reference === null ? this.read() : this.readAll();
    if (reference === null) {
      if (session.active === null)
        throw new Refusal(EXIT.missing, `The key '${this.name}' has no thread yet.`);
      return session.active;
    }
    const match = matchThread(threadsOf(session), reference);
    switch (match.kind) {
      case 'one':
        return match.record;
      case 'several':
        throw new Refusal(
          EXIT.ambiguous,
          `'${reference}' is ambiguous; it matches ${match.records.length} threads: ${match.records.map(({ thread }) => thread).join(', ')}. Give more characters of the one you mean.`,
        );
      case 'none':
        throw new Refusal(EXIT.missing, this.#unknown(reference));
    }
  }

  #unknown(reference: string): string {
    const id = parseThreadId(reference);
    const owner = id === null ? null : ownerOf(this.paths, id);
    return owner === null
      ? `The key '${this.name}' has no thread '${reference}'. See 'amp-session list'.`
      : `${reference} belongs to the key '${owner}'. Add --key '${owner}'.`;
  }

  /**
   * Changes the record under its lock.
   * @throws Refusal when another process holds the lock, and an error of the file system.
   */
  async change<T>(work: (store: Store) => T | Promise<T>): Promise<T> {
    const store = await Store.open(this.paths, new Deadline(LOCK_MS));
    if (store === null) {
      throw new Refusal(
        EXIT.busy,
        `Another process has the record of '${this.name}' locked (${this.paths.folder}). Nothing was changed; try again.`,
      );
    }
    try {
      noteKey(this.paths, this.name);
      for (const message of store.trouble) say(message);
      // A move of the agent before this change comes before it in the history.
      if (this.#isFollowing) await follow(store, this.config.folders);
      await recordUnrecordedServing(store, this.config.folders);
      return await work(store);
    } finally {
      store.close();
    }
  }

  /**
   * Records what a command has learnt beside its own purpose. Where that can't be recorded now (a lock, a full volume), it
   * is learnt again.
   */
  async note(work: (store: Store) => void): Promise<void> {
    try {
      await this.change(work);
    } catch {
      // The command itself needs neither.
    }
  }

  /**
   * How `amp` is called for a thread: with the options of the key's agent, in the thread's own folder or, if
   * that is gone, in the current one.
   */
  amp(folder: string): AmpContext {
    const options = readRunner(this.paths.runner)?.agent?.ampOptions ?? [];
    const workdir = existsSync(folder) ? folder : currentFolder();
    return { workdir, options, secrets: this.config.secrets };
  }

  /** The words that go in front of an Amp that can run commands. @throws Refusal where that can't be told. */
  get firewall(): readonly string[] {
    return firewallOf(this.config);
  }

  /** The folder of all records. */
  get sessions(): string {
    return dirname(this.paths.folder);
  }
}
