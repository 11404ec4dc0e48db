import { existsSync, readFileSync } from 'node:fs';

/** The complete lines of a file, those that end with a line feed; none if there is no such file. */
export function linesIn(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}
