import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PRIVATE } from './home.ts';

/** Amp's record of the last thread of a checkout, or of a terminal in it, as in `recordsOf`. */
export function lastThreadFile(home: string, checkout: string, terminal?: string): string {
  const name = [checkout, ...(terminal === undefined ? [] : [terminal])].map(hash).join('-');
  return join(home, PRIVATE, 'last-threads', `${name}-interactive-session.json`);
}

/**
 * The files of Amp's last-threads/ that one process writes: one for the checkout, and one for the checkout and the
 * terminal.
 * @param terminal what identifies that: `tty:` and the path of its standard input, or a terminal program and what
 * that calls it (`term:` for TERM_SESSION_ID).
 * @param id the thread that they name.
 * @param kind `execute` for a headless turn.
 */
export function recordsOf(
  checkout: string,
  terminal: string,
  id: string | undefined,
  kind: 'interactive' | 'execute' = 'interactive',
): Record<string, string | undefined> {
  const names = [hash(checkout), `${hash(checkout)}-${hash(terminal)}`];
  return Object.fromEntries(names.map((name) => [`${name}-${kind}-session.json`, id]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
