import { say } from '../system/report.ts';
import { print, printJson } from '../terminal/output.ts';
import type { CommandLine } from './parse.ts';

/** What `forget` and `cleanup` print with `--json`. */
export type Dropped = {
  readonly key: string;
  readonly forgotten: readonly string[];
  /** Where everything known of them is now; null when nothing was dropped. */
  readonly archive: string | null;
  readonly deleted: boolean;
};

/** Says what was dropped. */
export function reportDropped(line: CommandLine, dropped: Dropped): void {
  if (line.flag('json')) {
    printJson(dropped);
    return;
  }
  for (const thread of dropped.forgotten) print(`${thread}\n`);
  if (dropped.archive !== null) say(`What was known of it is in ${dropped.archive}.`);
}
