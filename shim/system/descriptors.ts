import { closeSync, openSync } from 'node:fs';
import { hasCode } from './files.ts';

/** What the start of a program takes for a moment: its pipes, both ends of each, and Node's own. */
const MOST_TAKEN = 12;

/**
 * Why no program can be started: this process may open no more files. Starting one anyway would end this
 * process, since Node then makes a child without its streams, on which execa 9.6 relies.
 * @returns null if a program can be started.
 */
export function whyNoProgram(): string | null {
  const open: number[] = [];
  try {
    while (open.length < MOST_TAKEN) open.push(openSync('/dev/null', 'r'));
    return null;
  } catch (error) {
    return hasCode(error, 'EMFILE') || hasCode(error, 'ENFILE') ? TOO_MANY_FILES : null;
  } finally {
    for (const file of open) closeSync(file);
  }
}

/** Why a program that should have run did not. @param error what starting it threw, if it did. */
export function whyNotStarted(program: string, error: unknown): string {
  if (hasCode(error, 'ENOENT')) return `${program} is not on the PATH`;
  if (hasCode(error, 'EAGAIN')) return 'no more processes can be started; raise the limit (ulimit -u)';
  return '';
}

/** What to do about it. */
const TOO_MANY_FILES = 'too many files are open; raise the limit (ulimit -n)';
