import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

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

/**
 * Replaces a file so that a crash at any instant leaves the old text or the new one, never a mixture:
 * write beside it, sync, rename, sync the folder.
 * @param mode permission bits of the new file; private unless said otherwise.
 */
export function replaceFile(path: string, text: string, mode = PRIVATE_FILE): void {
  // Exclusive and unguessable: a symbolic link planted under the temporary name is never followed.
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
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

/** Makes renames in a folder durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
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
