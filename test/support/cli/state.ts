import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess } from '../../../shim/system/processes.ts';

/** Locks, the queues, which contain nothing else, and what the launcher remembers of the runtime. */
const LEFT_OUT = /(^|\/)(lock\.\d+|writers)$|^runtime$/;

/** Everything below a state folder except locks and the like: each path with its mode and, for a file, its text. */
export function stateOf(folder: string, below = ''): Record<string, string> {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  return Object.assign(
    {},
    ...entries.map((entry) => {
      const path = join(below, entry.name);
      if (LEFT_OUT.test(path)) return {};
      const mode = (statSync(join(folder, path)).mode & 0o777).toString(8);
      return entry.isDirectory()
        ? { [`${path}/`]: mode, ...stateOf(folder, path) }
        : { [path]: `${mode} ${readFileSync(join(folder, path), 'utf8')}` };
    }),
  );
}

/** Locks the record in a folder for as long as this process runs. */
export function lockFolder(folder: string): void {
  const numbers = readdirSync(folder).map((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? 0));
  const path = join(folder, `lock.${Math.max(0, ...numbers) + 1}`);
  writeFileSync(path, JSON.stringify(identifyProcess(process.pid)));
}
