import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sessionPaths } from '../../shim/store/paths.ts';
import { seal } from '../../shim/store/seal.ts';
import { STATE_FOLDER } from '../../test/support/cli/home.ts';

/**
 * Writes the history of a key that has been in many threads, as the module itself would have written it.
 * @param home a home with the module's command installed.
 * @param active the thread that the key is in now; the loopback Amp has it.
 * @param threads number of threads, including the active one.
 */
export function seedHistory(
  home: string,
  key: string,
  active: string,
  threads: number,
  workdir: string,
): void {
  const { folder, history } = sessionPaths(join(home, STATE_FOLDER), key);
  const begin = Date.parse('2026-01-01T00:00:00Z');
  const lines: string[] = [];
  const add = (event: Record<string, unknown>) => {
    const seq = lines.length + 1;
    lines.push(`${seal({ seq, at: new Date(begin + seq * 60_000).toISOString(), ...event })}\n`);
  };
  for (let number = 1; number < threads; number++) {
    const thread = `T-${randomUUID()}`;
    add({ event: 'thread', thread, origin: 'new', workdir });
    add({ event: 'replaced', thread, reason: 'Amp no longer has it' });
  }
  add({ event: 'thread', thread: active, origin: 'new', workdir });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(history, lines.join(''), { mode: 0o600 });
}
