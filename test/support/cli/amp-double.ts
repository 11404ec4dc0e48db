import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseThreadId, type ThreadId } from '../../../shim/amp/thread-id.ts';
import { realAmpDir } from '../amp/real-amp.ts';
import { temporaryFolder } from '../folders.ts';
import { linesIn } from '../lines.ts';
import { makeProgram } from '../script.ts';

/** A double of `amp` for what doesn't need the real one, fast enough to run a hundred at once, and how it was called. */
export type AmpDouble = {
  /** The folder to put on PATH. */
  readonly dir: string;
  /** Its command lines so far. */
  readonly calls: () => string[];
  /** The messages that a thread received, one per line. */
  readonly told: (thread: string) => string;
};

/** The only thread that the double does not have. */
export const GONE = threadNumbered(0xdead);

/**
 * Writes an `amp` that answers like the real one, and an `agentapi` that prints a version, to a folder. It fails if two
 * run in one thread at the same time.
 * @param dir by default one that is removed after the test.
 */
export function installAmpDouble(dir: string = temporaryFolder()): AmpDouble {
  const log = join(dir, 'calls');
  const threads = join(dir, 'threads');
  mkdirSync(threads);
  makeProgram(
    join(dir, 'amp'),
    `echo "$*" >>'${log}'
case "$*" in
--version) echo '0.0.1790142911-gtest' ;;
*'--unarchive ${GONE}') echo 'Error: Failed to unarchive thread: Thread not found' >&2; exit 1 ;;
*'${GONE}'*) echo 'Thread https://ampcode.com/threads/${GONE} does not exist.' >&2; exit 1 ;;
*'threads new') read -r id </proc/sys/kernel/random/uuid; echo "T-$id" ;;
*'threads list --json'*) echo '[{"id":"${threadNumbered(1)}","title":"Fix the login page"}]' ;;
*'threads search id:'*) id=$*; id=\${id#*id:}; echo '[{"id":"'"\${id%% *}"'","title":"Fix the login page"}]' ;;
*'threads search --json'*) echo '[{"id":"${threadNumbered(1)}","title":"Fix the login page"}]' ;;
*'threads usage'*) echo 'Cost: $0.42' ;;
*'threads export'*) echo '{"messages":[]}' ;;
*' -x --stream-json')
  [[ $* =~ T-[0-9a-f-]+ ]]
  thread='${threads}'/$BASH_REMATCH
  mkdir "$thread.busy" || { echo 'a second writer' >&2; exit 1; }
  text=$(cat)
  echo "$text" >>"$thread"
  text=\${text//'\\'/'\\\\'}; text=\${text//'"'/'\\"'}; text=\${text//$'\\n'/'\\n'}
  echo '{"type":"system","subtype":"init"}'
  echo '{"type":"result","subtype":"success","is_error":false,"result":"I heard: '"$text"'"}'
  rmdir "$thread.busy" ;;
*) echo done ;;
esac`,
  );
  makeProgram(join(dir, 'agentapi'), 'echo agentapi version 0.12.1');
  const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  return {
    dir,
    calls: () => linesIn(log),
    told: (thread) => textOf(join(threads, thread)),
  };
}

/** Installs the JavaScript runtime inside the real Amp's executable on PATH, under its own name. */
export function addAmpRuntime(dir: string): void {
  makeProgram(join(dir, 'bun'), `BUN_BE_BUN=1 exec '${join(realAmpDir(), 'amp')}' "$@"`);
}

/** A thread whose ID begins with a given number, as eight hexadecimal digits. */
export function threadNumbered(number: number): ThreadId {
  const id = parseThreadId(`T-${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`);
  if (id === null) throw new Error(`${number} is too large for the beginning of an ID`);
  return id;
}
