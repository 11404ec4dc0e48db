import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { appendSynced, hasCode } from '../system/files.ts';
import { type HistoryLine, readEvent, type SessionEvent } from './events.ts';
import { seal, unseal } from './seal.ts';

/** How the part of a history that was read ends. */
export type HistoryEnd = {
  /** Whether the last line is whole; a crash during an append leaves half a line. */
  readonly whole: boolean;
  /** Length of the history up to the end of this part, in bytes. */
  readonly end: number;
};

/**
 * Reads a history from a byte offset, so that the cost of a start doesn't grow with the number of threads, and
 * line by line, so that its memory doesn't grow with what is read.
 * @returns null when there is no history or it is shorter than the offset (so it is not the same file).
 */
export function readHistory(
  path: string,
  offset: number,
  take: (line: HistoryLine) => void,
): HistoryEnd | null {
  // One byte more, to see whether what was counted ended with a whole line.
  const from = Math.max(0, offset - 1);
  const read = readLines(path, from, (line) => {
    if (line !== '') take(readEvent(unseal(line)));
  });
  if (read === null || (offset > 0 && read.length === 0)) return null;
  return { whole: read.whole, end: from + read.length };
}

/** Length of a history in bytes; 0 when there is none. */
export function historyLength(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Appends events and syncs them.
 * @param whole whether the file ends with a whole line; if not, a line break comes first, and the broken line
 * stays: it is evidence, and nothing is ever removed from a history.
 * @returns how many bytes longer the history is.
 */
export function appendHistory(path: string, events: readonly SessionEvent[], whole: boolean): number {
  const lines = events.map((event) => `${seal(event)}\n`).join('');
  const text = whole ? lines : `\n${lines}`;
  appendSynced(path, text);
  return Buffer.byteLength(text);
}

/** How much of a history is in memory at once, in bytes, unless a line is longer. */
const CHUNK = 1 << 20;
const LINE_BREAK = 0x0a;

/** Reads a file's lines from an offset to where it ends now; null if it doesn't exist or ends before. */
function readLines(
  path: string,
  offset: number,
  take: (line: string) => void,
): { readonly length: number; readonly whole: boolean } | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    const length = fstatSync(file).size - offset;
    if (length < 0) return null;
    let done = 0;
    // A line's bytes so far: chunks are taken apart only where a line ends, never inside a character.
    let rest: Buffer[] = [];
    while (done < length) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, length - done));
      const read = readSync(file, chunk, 0, chunk.length, offset + done);
      if (read === 0) break;
      done += read;
      const end = chunk.subarray(0, read).lastIndexOf(LINE_BREAK);
      if (end < 0) {
        rest.push(chunk.subarray(0, read));
        continue;
      }
      const text = Buffer.concat([...rest, chunk.subarray(0, end)]).toString('utf8');
      for (const line of text.split('\n')) take(line);
      rest = end + 1 < read ? [chunk.subarray(end + 1, read)] : [];
    }
    if (rest.length > 0) take(Buffer.concat(rest).toString('utf8'));
    return { length: done, whole: rest.length === 0 };
  } finally {
    closeSync(file);
  }
}
