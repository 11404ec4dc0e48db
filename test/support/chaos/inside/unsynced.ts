import * as fs from 'node:fs';

const paths = new Map<number, string>();
/** The length of each file before its unsynced writes. */
const lengths = new Map<string, number>();

/** The path behind an argument of a file operation: a descriptor or a path. */
export function pathOf(file: unknown): string {
  return typeof file === 'number' ? (paths.get(file) ?? `descriptor ${file}`) : String(file);
}

/** Notes that a descriptor stands for a path. */
export function noteOpen(descriptor: number, path: string): void {
  paths.set(descriptor, path);
}

/** Notes that a file is about to be written. */
export function noteWrite(file: unknown): void {
  const path = pathOf(file);
  if (!lengths.has(path)) lengths.set(path, fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0);
}

/** Notes that a file was synced. */
export function noteSync(descriptor: unknown): void {
  lengths.delete(pathOf(descriptor));
}

/** Notes that a file was renamed. */
export function noteRename(from: string, to: string): void {
  const length = lengths.get(from);
  lengths.delete(from);
  lengths.delete(to);
  if (length !== undefined) lengths.set(to, length);
}

/**
 * Loses what was not synced, as a file system may when the power fails: the names are there, but the bytes
 * are not.
 * @returns how many files lost something.
 */
export function loseUnsynced(): number {
  let lost = 0;
  for (const [path, length] of lengths) {
    if ((fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= length) continue;
    fs.truncateSync(path, length);
    lost++;
  }
  return lost;
}
