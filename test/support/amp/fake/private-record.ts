import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes what the real `amp` (2026-09) records in its home after opening a thread: `lastThreadId` in
 * session.json, and the thread per checkout and per checkout and terminal in last-threads/
 * (test/conformance/README.md).
 */
export function recordLastThread(thread: string): void {
  const data = join(process.env['HOME'] ?? '.', '.local/share/amp');
  mkdirSync(join(data, 'last-threads'), { recursive: true });
  const session = join(data, 'session.json');
  writeFileSync(session, JSON.stringify({ ...readObject(session), lastThreadId: thread }, null, 2));
  const checkout = hash(checkoutOf(process.cwd()));
  for (const name of [checkout, `${checkout}-${hash(terminal())}`])
    writeFileSync(join(data, 'last-threads', `${name}-interactive-session.json`), JSON.stringify(thread));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function checkoutOf(folder: string): string {
  const start = realpathSync(folder);
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return start;
  }
}

function terminal(): string {
  const own = process.env['TERM_SESSION_ID'];
  if (own) return `term:${own}`;
  try {
    return `tty:${readlinkSync('/proc/self/fd/0')}`;
  } catch {
    // No /proc (macOS): the terminal's name doesn't matter to the tests.
    return 'tty:unknown';
  }
}

function readObject(file: string): object {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
}
