import { existsSync, type FSWatcher, watch } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits, and returns whether the workspace's stop was announced meanwhile; its mark may appear after the
 * agent exits.
 */
export async function stopsWithin(folder: string, mark: string, milliseconds: number): Promise<boolean> {
  const announced = new AbortController();
  const watcher = tryToWatch(folder, () => existsSync(mark) && announced.abort());
  try {
    await pause(existsSync(mark) ? 0 : milliseconds, undefined, { signal: announced.signal });
  } catch {
    // The pause was cut short by the mark.
  } finally {
    watcher?.close();
  }
  return existsSync(mark);
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
