import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { appendSynced, hasCode } from '../system/files.ts';
import { type HistoryLine, readEvent, type SessionEvent } from './events.ts';
import { seal, unseal } from './seal.ts';

/** The part of a history that was read, from `offset` to its end. */
export type HistoryPart = {
  readonly lines: readonly HistoryLine[];
  /** Whether the last line is whole; a crash during an append leaves half a line. */
  readonly whole: boolean;
  /** Length of the history up to the end of this part, in bytes. */
  readonly end: number;
};

/**
 * Reads a history from a byte offset, so that the cost of a start doesn't grow with the number of threads.
 * @returns null when there is no history or it is shorter than the offset (so it is not the same file).
 */
export function readHistory(path: string, offset: number): HistoryPart | null {
  // One byte more, to see whether what was counted ended with a whole line.
  const from = Math.max(0, offset - 1);
  const bytes = readFrom(path, from);
  if (bytes === null || (offset > 0 && bytes.length === 0)) return null;
  const text = bytes.toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return {
    lines: lines.map((line) => readEvent(unseal(line))),
    whole: text === '' || text.endsWith('\n'),
    end: from + bytes.length,
  };
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

function readFrom(path: string, offset: number): Buffer | null {
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
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
  } finally {
    closeSync(file);
  }
}
