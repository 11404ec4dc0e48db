import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { reasonOf } from './report.ts';

/** Linux usually ticks at least 100 times a second (CONFIG_HZ). */
const LONGEST_TICK_MS = 10;

/**
 * Whether a file was written at a moment or later. Linux takes the times of files from its last tick, so one
 * that was written just after a moment may seem to have been written just before it.
 * @param written the file's time, and `moment` the clock's; both in milliseconds since 1970.
 */
export function isSince(written: number, moment: number): boolean {
  return written >= moment - LONGEST_TICK_MS;
}

/**
 * What a folder's volume says the time is, in milliseconds since 1970: the time of a file that is written there
 * now. A network volume may have another machine's clock.
 * @returns null where nothing can be written.
 */
export function volumeTime(folder: string): number | null {
  const path = join(folder, `.clock.${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(path, '', { flag: 'wx', mode: PRIVATE_FILE });
    return statSync(path).mtimeMs;
  } catch {
    return null;
  } finally {
    rmSync(path, { force: true });
  }
}

/** Only the owner reads what we keep (invariant I6). */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Makes a folder, and its parents, that only its owner can enter. */
export function makePrivateFolder(path: string): void {
  const highest = mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
  if (highest === undefined) return;
  // A new folder is durable once the one above it is synced.
  for (let folder = path; ; folder = dirname(folder)) {
    syncFolder(dirname(folder));
    if (folder === highest || folder === dirname(folder)) return;
  }
}

/**
 * Reads a text file.
 * @returns its text, or null when there is no such file.
 * @throws any other error of the file system.
 */
export function readTextIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** The result of reading a file that may be in any state. */
export type Reading =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  /** It is there, and can't be read (a folder, no permission, a bad disk); `why` in the system's words. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads a text file whatever state it is in. */
export function tryToReadText(path: string): Reading {
  try {
    const text = readTextIfPresent(path);
    return text === null ? { kind: 'none' } : { kind: 'text', text };
  } catch (error) {
    return { kind: 'unreadable', why: reasonOf(error) };
  }
}

/**
 * Sets aside something that can't be read or parsed, under a descriptive name beside it (invariant I10).
 * @returns the new name.
 * @throws an error of the file system where it can't be moved.
 */
export function setAside(path: string, now: Date): string {
  const extension = extname(path);
  const aside = `${path.slice(0, path.length - extension.length)}.unreadable-${fileTimeStamp(now)}${extension}`;
  moveIfPresent(path, aside);
  return aside;
}

/** A temporary name shows whose it is; a name may have 255 bytes, and a character up to 4. */
const LONGEST_COPIED_NAME = 50;

/**
 * Replaces a file so that a crash at any point leaves the old text or the new one, never a mixture: write
 * beside it, sync, rename, sync the folder. A folder that stands in its place is set aside.
 * @param mode permission bits of the new file; private unless said otherwise.
 */
export function replaceFile(path: string, text: string, mode = PRIVATE_FILE): void {
  // Exclusive and unguessable: a symbolic link planted under the temporary name is never followed.
  const name = basename(path).slice(0, LONGEST_COPIED_NAME);
  const temporary = join(dirname(path), `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameOver(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

function renameOver(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasCode(error, 'EISDIR')) throw error;
    setAside(to, new Date());
    renameSync(from, to);
  }
}

/** A longer chain of links is a loop (as the kernel counts, path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * The file that a path stands for, whether it exists or not: a link (into a dotfiles repository, say) stays
 * one, and what it points to is written, also where that is not there yet.
 * @throws ELOOP for a symlink loop.
 */
export function behindLinks(path: string): string {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const target = linkTarget(at);
    if (target === null) return at;
    const folder = dirname(at);
    // Relative to where the link really lies.
    at = resolve(existsSync(folder) ? realpathSync(folder) : folder, target);
  }
  throw Object.assign(new Error(`ELOOP: too many symbolic links, '${path}'`), { code: 'ELOOP' });
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (hasCode(error, 'EINVAL') || hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

/** Appends text to a file, made private when it is new, and syncs it before returning. */
export function appendSynced(path: string, text: string): void {
  const isNew = !existsSync(path);
  const file = openSync(path, 'a', PRIVATE_FILE);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (isNew) syncFolder(dirname(path));
}

/**
 * Renames a file and syncs both folders.
 * @returns false when there was nothing to rename.
 */
export function moveIfPresent(from: string, to: string): boolean {
  try {
    renameSync(from, to);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
  syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) syncFolder(dirname(from));
  return true;
}

/** What file systems answer that can't sync a folder (fsync(2)): FUSE, CIFS and some others. */
const CANT_SYNC_FOLDERS = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Makes renames in a folder durable, as far as its file system does that. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    // The file itself is synced. Without a record, more would be lost than by a rename that a power loss undoes.
    if (!CANT_SYNC_FOLDERS.some((code) => hasCode(error, code))) throw error;
  } finally {
    closeSync(folder);
  }
}

/** Whether an unknown thrown value is a system error with this code, such as ENOENT. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** A time stamp that may stand in a file name: 2026-11-21T08-15-30-123Z. */
export function fileTimeStamp(now: Date): string {
  return now.toISOString().replace(/[:.]/g, '-');
}
