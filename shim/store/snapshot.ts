import { linkSync, rmSync } from 'node:fs';
import * as z from 'zod/mini';
import { replaceFile, tryToReadText } from '../system/files.ts';
import { whole } from '../system/shapes.ts';
import type { SessionPaths } from './paths.ts';
import { seal, unseal } from './seal.ts';
import { SESSION_VERSION, type Session, SessionHead } from './session.ts';
import { ThreadRecord } from './thread-record.ts';

/**
 * How many threads besides the active one store.json holds: more than a list shows at once, and few enough
 * that a start costs the same however many there are.
 */
const MOST_OTHERS = 50;

/** store.json: a session and how much of the history it stands for. */
const SnapshotFile = z.looseObject({
  ...SessionHead.shape,
  historyBytes: whole,
  others: z.array(ThreadRecord),
});
const AnyVersion = z.looseObject({ version: whole });

/** A session as of the first `historyBytes` bytes of the history. */
export type Snapshot = { readonly session: Session; readonly historyBytes: number };

/**
 * Reads the newest intact generation.
 * @returns null if there is none: the history alone has everything. `unreadable` are the files that were
 * there and could not be read or parsed.
 */
export function readSnapshot(paths: SessionPaths): { snapshot: Snapshot | null; unreadable: string[] } {
  const unreadable: string[] = [];
  for (const path of [paths.snapshot, paths.previousSnapshot]) {
    const reading = tryToReadText(path);
    if (reading.kind === 'none') continue;
    if (reading.kind === 'unreadable') {
      unreadable.push(path);
      continue;
    }
    const sealed = unseal(reading.text);
    const parsed = SnapshotFile.safeParse(sealed);
    if (parsed.success) return { snapshot: fromFile(parsed.data), unreadable };
    const version = AnyVersion.safeParse(sealed);
    // An intact snapshot of another version is not damage: the history says the same.
    if (version.success && version.data.version !== SESSION_VERSION) continue;
    unreadable.push(path);
  }
  return { snapshot: null, unreadable };
}

/** Writes a new generation and keeps the one before it. */
export function writeSnapshot(paths: SessionPaths, { session, historyBytes }: Snapshot): void {
  try {
    rmSync(paths.previousSnapshot, { force: true });
    // A hard link instead of a rename, so that there is a store.json at every moment.
    linkSync(paths.snapshot, paths.previousSnapshot);
  } catch {
    // The first generation, a file system without hard links, or something that can't be removed: the history
    // is the fallback then.
  }
  const others = [...session.others.values()];
  const older = session.older + Math.max(0, others.length - MOST_OTHERS);
  replaceFile(
    paths.snapshot,
    `${seal({ ...session, older, others: others.slice(-MOST_OTHERS), historyBytes })}\n`,
  );
}

function fromFile({ historyBytes, others, ...head }: z.infer<typeof SnapshotFile>): Snapshot {
  return {
    historyBytes,
    session: { ...head, others: new Map(others.map((record) => [record.thread, record])) },
  };
}
