import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ThreadId } from '../amp/thread-id.ts';
import { hasCode, replaceFile, tryToReadText } from '../system/files.ts';
import { historyLength } from './history.ts';
import { type SessionPaths, sessionPathsIn } from './paths.ts';
import { threadsOf } from './session.ts';
import { readSession } from './store.ts';

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
  return ownersBeside(paths).get(thread) ?? null;
}

/** The threads of all other keys, each with its key. @param paths of the key that asks. */
export function ownersBeside(paths: SessionPaths): ReadonlyMap<ThreadId, string> {
  const others = keysIn(dirname(paths.folder)).filter((other) => other.paths.folder !== paths.folder);
  return new Map(
    others.flatMap((other) =>
      threadsOf(readSession(other.paths, 'all').session).map(({ thread }) => [thread, other.key] as const),
    ),
  );
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
