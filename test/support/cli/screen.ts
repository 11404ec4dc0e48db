import { openTerminal, type Terminal, type TerminalOptions } from '../terminal.ts';

/** The width that amp-session's output is written for, in columns. */
export const COLUMNS = 80;

/** Runs a program on a terminal of 80 columns with scrollback. */
export function onTerminal(file: string, args: readonly string[], options: TerminalOptions): Terminal {
  return openTerminal(file, args, { rows: 50, scrollback: 10_000, ...options, columns: COLUMNS });
}
