import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { behindLinks, makePrivateFolder, readTextIfPresent, replaceFile } from '../system/files.ts';
import { say } from '../system/report.ts';
import { hashOf } from './merge.ts';

/** Where coder-labs/sourcegraph-amp 4.0.0 puts them, and where 3.x and our own first versions did; Amp reads both. */
const PLACE = '.config/amp/AGENTS.md';
const OLDER_PLACE = '.config/AGENTS.md';

/** The file of the template's instructions, for messages. */
export const instructionsPath = (home: string): string => join(home, PLACE);

/**
 * Writes the template's instructions, unless the user has made the file their own. What an older version of
 * the module wrote at its own place is removed, so that Amp isn't told everything twice.
 * @param applied the hash of what was last written; null for nothing.
 * @returns the hash of what is written now.
 * @throws an error of the file system.
 */
export function writeInstructions(home: string, instructions: string, applied: string | null): string | null {
  if (instructions === '') return applied;
  const path = instructionsPath(home);
  // 3.x wrote them with `echo`: with a line break at the end they are still the template's.
  const isOurs = (text: string) => hashOf(text) === applied || text.trimEnd() === instructions.trimEnd();
  const current = readTextIfPresent(path);
  if (current !== null && !isOurs(current)) {
    say(`${path} was not written by this module and is kept; the template's instruction_prompt is not used.`);
    return applied;
  }
  const file = behindLinks(path);
  if (current !== instructions) {
    makePrivateFolder(dirname(file));
    replaceFile(file, instructions);
  }
  const older = join(home, OLDER_PLACE);
  const left = readTextIfPresent(older);
  if (left !== null && isOurs(left) && behindLinks(older) !== file) rmSync(older);
  return hashOf(instructions);
}
