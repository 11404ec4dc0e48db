import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../system/files.ts';

/** Files `lock.1`, `lock.2`, …: the highest number is the lock, and its owner is written in it. */
const LOCK = /^lock\.(\d+)$/;

/** The file of one lock. */
export function lockFile(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}

/** The numbers of all locks in a folder. @throws an error of the file system, such as that it is gone. */
export function lockNumbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const number = LOCK.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/** The number that counts; 0 if there never was a lock. */
export function highestLock(folder: string): number {
  return Math.max(0, ...lockNumbers(folder));
}

/** Creates a lock's file; returns false if it already exists. */
export function createLockFile(folder: string, number: number, content: object | null): boolean {
  try {
    writeFileSync(lockFile(folder, number), JSON.stringify(content), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Removes a file that no longer is a lock, if that is possible. */
export function tidyLockFile(folder: string, number: number): void {
  try {
    rmSync(lockFile(folder, number), { force: true });
  } catch {
    // Not a file. A lower number is no longer a lock, so it may stay.
  }
}
