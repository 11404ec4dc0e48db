import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realAmpDir } from '../amp/real-amp.ts';
import { temporaryFolder } from '../folders.ts';
import { makeProgram } from '../script.ts';

/** An `amp` that is quick enough for a hundred at once. */
export type QuickAmp = {
  /** The folder to put on PATH. */
  readonly dir: string;
  /** What a thread was told, a line each. */
  readonly told: (thread: string) => string;
};

/**
 * Makes an `amp` in bash that hands out threads and keeps what they are told. It fails where two are in one thread at a time. It goes with
 * the test.
 */
export function quickAmp(): QuickAmp {
  const dir = temporaryFolder();
  const threads = temporaryFolder();
  makeProgram(
    join(dir, 'amp'),
    `case "$*" in
      'threads new') read -r id </proc/sys/kernel/random/uuid; echo "T-$id" ;;
      'threads continue T-'*' -x')
        mkdir '${threads}'/"$3.busy" || { echo 'a second writer' >&2; exit 1; }
        text=$(cat)
        echo "$text" >>'${threads}'/"$3"; echo "heard $text"
        rmdir '${threads}'/"$3.busy" ;;
      *) exit 1 ;;
    esac`,
  );
  const told = (thread: string) =>
    existsSync(join(threads, thread)) ? readFileSync(join(threads, thread), 'utf8') : '';
  return { dir, told };
}

/** Puts the JavaScript runtime of the real Amp's executable into a folder of PATH, under the name of the program that it is made of. */
export function addAmpRuntime(dir: string): void {
  makeProgram(join(dir, 'bun'), `BUN_BE_BUN=1 exec '${join(realAmpDir(), 'amp')}' "$@"`);
}
