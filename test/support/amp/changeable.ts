import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../folders.ts';

/** A folder for PATH, removed after the test, and a way to put another Amp into it, as a new image does. */
export function changeableAmp() {
  const folder = temporaryFolder();
  /** @param from the folder with the executable `amp`. */
  const use = (from: string): void => {
    rmSync(join(folder, 'amp'), { force: true });
    symlinkSync(join(from, 'amp'), join(folder, 'amp'));
  };
  return { folder, use };
}
