import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits, for no longer than it takes until one of these marks is there: the workspace's stop may be announced after the
 * agent exits, and somebody choose another thread at any time.
 */
export async function pauseUnless(marks: readonly string[], milliseconds: number): Promise<void> {
  const announced = new AbortController();
  const isThere = () => marks.some((mark) => existsSync(mark));
  const look = () => isThere() && announced.abort();
  const watchers = marks.map((mark) => tryToWatch(dirname(mark), look));
  try {
    await pause(isThere() ? 0 : milliseconds, undefined, { signal: announced.signal });
  } catch {
    // The pause was cut short by a mark.
  } finally {
    for (const watcher of watchers) watcher?.close();
  }
}

/**
 * File watches can be exhausted by an editor in the same workspace; the mark is then seen after the delay.
 */
function tryToWatch(folder: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(folder, onChange).on('error', () => undefined);
  } catch {
    return null;
  }
}
