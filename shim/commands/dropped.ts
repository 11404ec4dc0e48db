import type { CommandLine } from '../cli/parse.ts';
import { say } from '../system/report.ts';
import { print, printJson } from '../terminal/output.ts';

/** What `forget` and `cleanup` print with `--json`. */
export type Dropped = {
  readonly key: string;
  readonly forgotten: readonly string[];
  /** The folder with everything known about them, null if nothing was dropped. */
  readonly archive: string | null;
  readonly deleted: boolean;
};

/** Reports what was dropped. */
export function reportDropped(command: CommandLine, dropped: Dropped): void {
  if (command.flag('json')) {
    printJson(dropped);
    return;
  }
  for (const thread of dropped.forgotten) print(`${thread}\n`);
  if (dropped.archive !== null)
    say(
      `Everything known about ${dropped.forgotten.length === 1 ? 'it' : 'them'} is archived in ${dropped.archive}.`,
    );
}
