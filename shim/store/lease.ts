import { statSync } from 'node:fs';

/**
 * Lease time in milliseconds: this host can't tell whether a process in another container or on another
 * machine is alive, so its locks count as held until this long after their last renewal. A start after a
 * crash waits at most this long; five renewals fit in, to allow for a slow volume or a busy process.
 */
const STRANGER_MS = 10_000;
const RENEW_MS = 2_000;

/**
 * Keeps renewing a file while this process holds what it stands for. @returns the function that stops that.
 */
export function keepRenewing(path: string, renew: (path: string) => void): () => void {
  const timer = setInterval(() => {
    try {
      renew(path);
    } catch {
      // It is gone, or the volume is full or read-only by now: there is nobody to tell, and the next check
      // notices.
    }
  }, RENEW_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Whether a file was written or renewed within the lease time. A time in the future counts like one in the
 * past: a clock that was set back must not keep a file fresh for hours.
 */
export function isFresh(path: string, milliseconds = STRANGER_MS): boolean {
  const { mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return Math.abs(Date.now() - mtimeMs) < milliseconds;
}
