import { existsSync, readFileSync } from 'node:fs';

/** The whole lines of a file, each of which a program has ended; none where there is no such file. */
export function linesIn(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}
