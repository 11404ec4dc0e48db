import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import type { ThreadId } from '../amp/thread-id.ts';
import { appendSynced, makePrivateFolder, readTextIfPresent, replaceFile } from '../system/files.ts';
import { Thread } from './events.ts';
import type { SessionPaths } from './paths.ts';
import { seal, unseal } from './seal.ts';

/** One line: a key, by the name of its folder, has recorded a thread or is about to. */
const Claim = z.looseObject({ thread: Thread, key: z.string() });

/** A file of claims for each last two digits of a thread, so that looking one up reads a 256th of them. */
function fileOf(owners: string, thread: ThreadId): string {
  return join(owners, `${thread.slice(-2)}.jsonl`);
}

/** Says that every thread of every key that was recorded before has its claim. */
function completeMark({ owners }: Pick<SessionPaths, 'owners'>): string {
  return join(owners, 'complete');
}

/** Whether the claims of all keys are there; not before the first look on a volume of an older version. */
export function hasAllClaims(paths: Pick<SessionPaths, 'owners'>): boolean {
  return existsSync(completeMark(paths));
}

/** Notes that the claims of all keys are there. */
export function noteAllClaims(paths: Pick<SessionPaths, 'owners'>): void {
  replaceFile(completeMark(paths), '');
}

/**
 * The keys that have claimed a thread, by their folders' names. A claim is no proof.
 * @returns null if the claims can't be read.
 */
export function claimantsOf(
  { owners }: Pick<SessionPaths, 'owners'>,
  thread: ThreadId,
): readonly string[] | null {
  try {
    return claimsIn(fileOf(owners, thread), (line) => line.includes(thread)).map(({ key }) => key);
  } catch {
    return null;
  }
}

/** Whether a key has claimed a thread. */
export function hasClaimed(paths: Pick<SessionPaths, 'owners' | 'folder'>, thread: ThreadId): boolean {
  return claimantsOf(paths, thread)?.includes(basename(paths.folder)) ?? false;
}

/**
 * Claims threads for a key, before it records them. A claim that can't be written keeps nothing from being
 * recorded: from then on, owners are looked up in the keys' own records until all claims have been made up for.
 */
export function claim(paths: Pick<SessionPaths, 'owners' | 'folder'>, threads: readonly ThreadId[]): void {
  try {
    if (threads.length > 0) claimAll(paths.owners, new Map([[basename(paths.folder), threads]]));
  } catch {
    try {
      rmSync(completeMark(paths), { force: true });
    } catch {
      // The volume is broken or read-only: recording is about to fail as well.
    }
  }
}

/** Adds the claims that are missing. @param keys the threads of each key, by its folder's name. */
export function claimAll(owners: string, keys: ReadonlyMap<string, readonly ThreadId[]>): void {
  makePrivateFolder(owners);
  const files = new Map<string, { thread: ThreadId; key: string }[]>();
  for (const [key, threads] of keys) {
    for (const thread of threads) {
      const file = fileOf(owners, thread);
      const claims = files.get(file) ?? [];
      claims.push({ thread, key });
      files.set(file, claims);
    }
  }
  for (const [file, claims] of files) {
    const known = new Set(claimsIn(file).map(({ thread, key }) => `${thread} ${key}`));
    const missing = claims.filter(({ thread, key }) => !known.has(`${thread} ${key}`));
    // A line break comes first: a crash may have left half a line.
    if (missing.length > 0) appendSynced(file, missing.map((each) => `\n${seal(each)}`).join(''));
  }
}

function claimsIn(file: string, isOf: (line: string) => boolean = () => true): z.infer<typeof Claim>[] {
  return (readTextIfPresent(file) ?? '').split('\n').flatMap((line) => {
    if (line === '' || !isOf(line)) return [];
    const read = Claim.safeParse(unseal(line));
    return read.success ? [read.data] : [];
  });
}
