import { linkSync, rmSync } from 'node:fs';
import * as z from 'zod/mini';
import { fileTimeStamp, moveIfPresent, readTextIfPresent, replaceFile } from '../system/files.ts';
import type { SessionPaths } from './paths.ts';
import { seal, unseal } from './seal.ts';
import { Session } from './session.ts';

/** store.json: a session and how much of the history it stands for. */
const Snapshot = z.extend(Session, { historyBytes: z.int().check(z.nonnegative()) });

/** See `Snapshot`. */
export type Snapshot = z.infer<typeof Snapshot>;

/**
 * Reads the newest generation that is sound.
 * @returns null when there is none: the history alone then tells everything. `unreadable` are the files that were
 * there and could not be understood.
 */
export function readSnapshot(paths: SessionPaths): { snapshot: Snapshot | null; unreadable: string[] } {
  const unreadable: string[] = [];
  for (const path of [paths.snapshot, paths.previousSnapshot]) {
    const text = readTextIfPresent(path);
    if (text === null) continue;
    const parsed = Snapshot.safeParse(unseal(text));
    if (parsed.success) return { snapshot: parsed.data, unreadable };
    unreadable.push(path);
  }
  return { snapshot: null, unreadable };
}

/** Writes a new generation and keeps the one before it. */
export function writeSnapshot(paths: SessionPaths, snapshot: Snapshot): void {
  rmSync(paths.previousSnapshot, { force: true });
  try {
    // A second name for the file instead of a rename: at no instant is there no store.json.
    linkSync(paths.snapshot, paths.previousSnapshot);
  } catch {
    // The first generation, or a file system without hard links: the history is the fallback then.
  }
  replaceFile(paths.snapshot, `${seal(snapshot)}\n`);
}

/**
 * Moves a file we could not understand to a telling name beside it (invariant I10).
 * @returns the new name.
 */
export function setAside(path: string, now: Date): string {
  const aside = path.replace(/(\.[a-z]+)$/, `.unreadable-${fileTimeStamp(now)}$1`);
  moveIfPresent(path, aside);
  return aside;
}
