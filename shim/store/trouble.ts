import { setAside } from '../system/files.ts';
import { reasonOf } from '../system/report.ts';
import type { SessionPaths } from './paths.ts';

/**
 * Sets aside the snapshots of a record that could not be read (I10).
 * @returns what to log about them, and about the history's damaged lines.
 */
export function dealWithTrouble(
  paths: SessionPaths,
  { unreadable, damagedLines }: { readonly unreadable: readonly string[]; readonly damagedLines: number },
): string[] {
  const damage = `${damagedLines} damaged line(s) of ${paths.history} were skipped and are kept.`;
  return [...unreadable.map(setAsideIfPossible), ...(damagedLines === 0 ? [] : [damage])];
}

function setAsideIfPossible(path: string): string {
  try {
    const aside = setAside(path, new Date());
    return `A record could not be read and was set aside as ${aside}; the history was used instead.`;
  } catch (error) {
    return `${path} could be neither read nor set aside (${reasonOf(error)}); the history was used instead.`;
  }
}
