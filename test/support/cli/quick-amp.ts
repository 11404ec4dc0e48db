import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realAmpDir } from '../amp/real-amp.ts';
import { temporaryFolder } from '../folders.ts';
import { makeProgram } from '../script.ts';

/** An `amp` that is fast enough to run a hundred at once. */
export type QuickAmp = {
  /** The folder to put on PATH. */
  readonly dir: string;
  /** The messages that a thread received, one per line. */
  readonly told: (thread: string) => string;
};

/**
 * Creates an `amp` in bash that hands out threads and keeps their messages. It fails if two run in one thread
 * at the same time. It is removed after the test.
 */
export function quickAmp(): QuickAmp {
  const dir = temporaryFolder();
  const threads = temporaryFolder();
  makeProgram(
    join(dir, 'amp'),
    `case "$*" in
      'threads new') read -r id </proc/sys/kernel/random/uuid; echo "T-$id" ;;
      'threads continue T-'*' -x --stream-json')
        mkdir '${threads}'/"$3.busy" || { echo 'a second writer' >&2; exit 1; }
        text=$(cat)
        echo "$text" >>'${threads}'/"$3"; echo '{"type":"result","is_error":false,"result":"heard '"$text"'"}'
        rmdir '${threads}'/"$3.busy" ;;
      *) exit 1 ;;
    esac`,
  );
  const told = (thread: string) =>
    existsSync(join(threads, thread)) ? readFileSync(join(threads, thread), 'utf8') : '';
  return { dir, told };
}

/** Installs the JavaScript runtime inside the real Amp's executable on PATH, under its own name. */
export function addAmpRuntime(dir: string): void {
  makeProgram(join(dir, 'bun'), `BUN_BE_BUN=1 exec '${join(realAmpDir(), 'amp')}' "$@"`);
}
