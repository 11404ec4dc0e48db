import type { CommandLine } from '../cli/parse.ts';
import type { Key } from '../key/key.ts';
import { pageOf } from '../key/view.ts';
import { print, printJson } from '../terminal/output.ts';
import { linked } from '../terminal/paint.ts';
import { plain } from '../terminal/table.ts';

/** What `amp-session open --json` prints. */
export type Opened = { readonly key: string; readonly thread: string; readonly url: string };

/** Prints the address of a thread's page, on a terminal as a link: a workspace has no browser of its own. */
export function open(key: Key, command: CommandLine): void {
  const { thread } = key.find(command.args[0] ?? null);
  const url = pageOf(thread, key.config.ampUrl);
  if (command.flag('json')) printJson({ key: key.name, thread, url } satisfies Opened);
  else print(`${linked(plain(url))}\n`);
}
