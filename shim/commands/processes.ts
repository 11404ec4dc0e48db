import type { Leftover } from '../agent/leftovers.ts';
import type { CommandLine } from '../cli/parse.ts';
import type { Key } from '../key/key.ts';
import { type LeftoverView, leftovers, leftoverView, leftoverWords } from '../key/leftovers.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { isRunning } from '../system/processes.ts';
import { say } from '../system/report.ts';
import { waitFor } from '../system/wait.ts';
import { confirm } from '../terminal/confirm.ts';
import { print, printJson } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';

/** What `cleanup --processes` prints with `--json`. */
export type Ended = {
  readonly key: string;
  /** The commands that were ended, or would be with `--dry-run`. */
  readonly ended: readonly LeftoverView[];
};

/** What a build or a `terraform apply` may take to end in order, in milliseconds. */
const ENDING_MS = 10_000;

/**
 * Ends the commands that earlier agents and runners of the key left running.
 * @throws Refusal where the system doesn't show its processes, and for what doesn't end when it is told to.
 */
export async function endProcesses(key: Key, command: CommandLine): Promise<void> {
  if (command.value('older-than') !== null || command.value('keep') !== null) {
    throw new Refusal(
      EXIT.usage,
      '--processes ends processes and forgets no thread: leave out --older-than and --keep.',
    );
  }
  const left = found(key);
  if (!command.flag('json'))
    for (const each of left) print(`${leftoverWords(leftoverView(each), new Date())}\n`);
  if (left.length === 0) say(`No earlier agent or runner of '${key.name}' left anything running.`);
  else if (command.flag('dry-run')) say('Would end this. Nothing was changed.');
  else await endAll(key, command, left);
  if (command.flag('json')) printJson({ key: key.name, ended: left.map(leftoverView) } satisfies Ended);
}

async function endAll(key: Key, command: CommandLine, agreed: readonly Leftover[]): Promise<void> {
  const what = agreed.length === 1 ? 'this command' : `these ${agreed.length} commands`;
  await confirm(`End ${what}, with all that was started by it?`, command.flag('yes'));
  // Looked at anew: meanwhile they may have ended, or started more.
  const going = found(key)
    .filter(({ pid, started }) => agreed.some((each) => each.pid === pid && each.started === started))
    .flatMap(({ processes }) => processes);
  for (const { pid } of going) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It has just ended.
    }
  }
  const running = () => going.filter(isRunning);
  const isOver = () => running().length === 0;
  if (await withProgress('Waiting for it to end', () => waitFor(isOver, ENDING_MS))) return;
  const pids = running().map(({ pid }) => pid);
  throw new Refusal(
    EXIT.busy,
    `Still running though it was told to end: wait a little longer, or end it at once with 'kill -KILL ${pids.join(' ')}'.`,
  );
}

function found(key: Key): readonly Leftover[] {
  const left = leftovers(key);
  if (left !== null) return left;
  throw new Refusal(
    EXIT.unavailable,
    "This system doesn't show its processes (/proc), so what an agent left running can't be told from other processes. Nothing was ended.",
  );
}
