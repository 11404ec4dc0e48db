import type { CommandLine } from '../cli/parse.ts';
import { learnDelivered } from '../key/delivered.ts';
import type { Key } from '../key/key.ts';
import { shortened } from '../key/reference.ts';
import { learnTitles } from '../key/titles.ts';
import { originOf, type ThreadView, viewOf } from '../key/view.ts';
import { threadIn, threadsOf } from '../store/session.ts';
import { print, printJson } from '../terminal/output.ts';
import { paint } from '../terminal/paint.ts';
import { plain, table } from '../terminal/table.ts';
import { absolute, ago } from '../terminal/time.ts';

/** What `amp-session show --json` prints. */
export type Shown = ThreadView & { readonly key: string; readonly children: readonly string[] };

/** Shows everything that is known of one thread. */
export async function show(key: Key, line: CommandLine): Promise<void> {
  const found = key.find(line.args[0] ?? null);
  const { thread } = found;
  await learnDelivered(key, found);
  if (line.flag('remote')) await learnTitles([key]);
  const session = key.readAll();
  const record = threadIn(session, thread) ?? key.find(thread);
  const children = threadsOf(session).filter(({ parent }) => parent === thread);
  const shown: Shown = {
    key: key.key,
    ...viewOf(session, record, key.config.ampUrl),
    children: children.map((child) => child.thread),
  };
  if (line.flag('json')) printJson(shown);
  else print(formatShown(shown, new Date()));
}

/** A thread for a person to read. */
export function formatShown(shown: Shown, now: Date): string {
  const when = (iso: string | null) => (iso === null ? 'never' : `${ago(iso, now)} (${absolute(iso)})`);
  const rows: (readonly [string, string])[] = [
    ['thread', shown.thread],
    ['url', plain(shown.url)],
    ['key', plain(shown.key)],
    ['name', shown.name === null ? 'none' : plain(shown.name)],
    ...(shown.title === null ? [] : [['title', plain(shown.title)] as const]),
    ['origin', originOf(shown)],
    ['created', when(shown.created)],
    ['last used', when(shown.lastUsed)],
    ['last start', when(shown.lastStart)],
    ['starts', String(shown.starts)],
    ['sends', String(shown.sends)],
    ['folder', shown.workdir],
    ['state', shown.active ? 'the active one' : shown.ended === null ? 'recorded' : 'given up'],
    ...whyOf(shown),
    ...(shown.undelivered ? [['prompt', 'may not have arrived yet'] as const] : []),
    ...(shown.parent === null ? [] : [['parent', shown.parent] as const]),
    ...shown.children.map((child, index) => [index === 0 ? 'children' : '', child] as const),
  ];
  return table(
    rows.map(([name, text]) => [{ text: name, paint: paint.dim }, { text }]),
    1,
    Number.POSITIVE_INFINITY,
  );
}

function whyOf({ active, reason, ended }: Shown): (readonly [string, string])[] {
  const why = active ? reason : (ended?.reason ?? null);
  return why === null ? [] : [['why', shortened(why)]];
}
