import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ThreadId } from '../amp/thread-id.ts';
import { Deadline } from '../system/deadline.ts';
import { hasCode, makePrivateFolder, replaceFile, tryToReadText } from '../system/files.ts';
import type { HeldLock } from './held-lock.ts';
import { historyLength } from './history.ts';
import { takeLock } from './lock.ts';
import { claimAll, claimantsOf, hasAllClaims, noteAllClaims } from './owners.ts';
import { type SessionPaths, sessionPathsIn } from './paths.ts';
import { readSession } from './read.ts';
import { threadsOf } from './session.ts';
import { hasThread } from './store.ts';

/** A session key of this workspace and where its record lies. */
export type KnownKey = { readonly key: string; readonly paths: SessionPaths };

/**
 * Every key that has a record, sorted by name.
 * @param sessions the folder of all records (`<state folder>/sessions`).
 */
export function keysIn(sessions: string): KnownKey[] {
  return foldersIn(sessions)
    .sort()
    .map((name) => {
      const paths = sessionPathsIn(join(sessions, name));
      return { key: notedKey(paths) ?? name, paths };
    })
    .filter(({ paths }) => historyLength(paths.history) > 0 || existsSync(paths.snapshot));
}

function notedKey(paths: SessionPaths): string | null {
  const reading = tryToReadText(paths.key);
  return reading.kind === 'text' ? reading.text : null;
}

/** Writes the key beside its record: the folder's name doesn't always reveal it. */
export function noteKey(paths: SessionPaths, key: string): void {
  if (basename(paths.folder) !== key && notedKey(paths) === null) replaceFile(paths.key, key);
}

/**
 * Finds a thread's owner: threads are isolated per key.
 * @param paths of the key that asks.
 * @returns the other key that has it on record, or null.
 */
export function ownerOf(paths: SessionPaths, thread: ThreadId): string | null {
  const sessions = dirname(paths.folder);
  // A claim without a record was left by a crash, or its key has forgotten the thread since.
  const claimants = hasAllClaims(paths) ? claimantsOf(paths, thread) : null;
  const candidates = claimants ?? foldersIn(sessions);
  const owner = candidates
    .filter((name) => name !== basename(paths.folder))
    .find((name) => hasThread(sessionPathsIn(join(sessions, name)), thread));
  return owner === undefined ? null : nameOf(sessions, owner);
}

/** The key of a folder. */
function nameOf(sessions: string, folder: string): string {
  return notedKey(sessionPathsIn(join(sessions, folder))) ?? folder;
}

/** Who owns a thread that Amp has just created: only a key of this version can, so the claims tell. */
function ownerOfNew(paths: SessionPaths, thread: ThreadId): string | null {
  return (claimantsOf(paths, thread) ?? []).length === 0 ? null : ownerOf(paths, thread);
}

/** The owners of the home's threads, as one process at a time may change them. */
export type Owners = {
  /** Whether nobody else can become an owner meanwhile; otherwise another process holds the owners' lock. */
  readonly areHeld: boolean;
  /** The other key that has a thread on record, or null. */
  readonly of: (thread: ThreadId) => string | null;
  /** The same for one that Amp has just created. */
  readonly ofNew: (thread: ThreadId) => string | null;
};

/** How long to wait for the owners' lock, in milliseconds. It is held for a few file operations. */
const OWNERS_MS = 2_000;
/** A start has time to claim the threads of so many keys of older versions; a command claims those of all. */
const FEW_KEYS = 500;

/**
 * Looks up who owns a thread and records a new owner, with nobody else doing that at the same time. Whoever
 * asks has its own key's record open, and asks for nothing else meanwhile (docs/architecture.md, "Locks").
 * @param paths of the key that asks.
 * @param mostKeys of older versions whose threads may be claimed first, which takes a fraction of a millisecond each.
 */
export async function withOwners<T>(
  paths: SessionPaths,
  work: (owners: Owners) => T,
  mostKeys = FEW_KEYS,
): Promise<T> {
  const lock = await tryToLock(paths.owners);
  try {
    if (lock !== null && !hasAllClaims(paths)) makeUpForClaims(paths, mostKeys);
    return work({
      areHeld: lock?.isOurs ?? false,
      of: (thread) => ownerOf(paths, thread),
      ofNew: (thread) => ownerOfNew(paths, thread),
    });
  } finally {
    lock?.release();
  }
}

async function tryToLock(folder: string): Promise<HeldLock | null> {
  try {
    makePrivateFolder(folder);
    return await takeLock(folder, new Deadline(OWNERS_MS));
  } catch {
    // A full or read-only volume: what needs the lock is refused.
    return null;
  }
}

/** Claims what older versions, or a version that could write no claims, have recorded. */
function makeUpForClaims(paths: SessionPaths, mostKeys: number): void {
  const sessions = dirname(paths.folder);
  try {
    const keys = foldersIn(sessions);
    if (keys.length > mostKeys) return;
    const claims = keys.map((name) => {
      const { session } = readSession(sessionPathsIn(join(sessions, name)), 'all');
      return [name, threadsOf(session).map(({ thread }) => thread)] as const;
    });
    claimAll(paths.owners, new Map(claims));
    noteAllClaims(paths);
  } catch {
    // A record that can't be read now, or no room: owners are looked up in the records themselves until then.
  }
}

/** The names of the folders in a folder; none if it doesn't exist. */
export function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
