import { openTerminal, type Terminal, type TerminalOptions } from '../terminal.ts';

/** What everything that amp-session shows is written for. */
export const COLUMNS = 80;

/** Runs a program on a terminal of 80 columns that keeps what goes above it. */
export function onTerminal(file: string, args: readonly string[], options: TerminalOptions): Terminal {
  return openTerminal(file, args, { rows: 50, scrollback: 10_000, ...options, columns: COLUMNS });
}
