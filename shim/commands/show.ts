import { usageOf } from '../amp/calls.ts';
import type { Said } from '../amp/thread-export.ts';
import { readCount } from '../cli/count.ts';
import type { CommandLine } from '../cli/parse.ts';
import { learnDelivered } from '../key/delivered.ts';
import type { Key } from '../key/key.ts';
import { shortened } from '../key/reference.ts';
import { AMP_MS } from '../key/request.ts';
import { learnTitles } from '../key/titles.ts';
import { originOf, type ThreadView, viewOf } from '../key/view.ts';
import { threadIn, threadsOf } from '../store/session.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { print, printJson } from '../terminal/output.ts';
import { linked, paint } from '../terminal/paint.ts';
import { withProgress } from '../terminal/progress.ts';
import { plain, table } from '../terminal/table.ts';
import { absolute, ago } from '../terminal/time.ts';
import { formatMessages, lastMessages, printMarkdown } from './conversation.ts';

/** What `amp-session show --json` prints. */
export type Shown = ThreadView & {
  readonly key: string;
  readonly children: readonly string[];
  /** With `--messages`: what was said last. */
  readonly messages: readonly Said[] | null;
  /** With `--remote`: what it has cost, in Amp's words; null where Amp can't say. */
  readonly usage: string | null;
};

/** Shows everything that is known of one thread, or what was said in it. */
export async function show(key: Key, command: CommandLine): Promise<void> {
  const found = key.find(command.args[0] ?? null);
  const [json, remote] = [command.flag('json'), command.flag('remote')];
  const wantsMessages = command.value('messages') !== null;
  if (command.flag('markdown')) {
    if (json || wantsMessages)
      throw new Refusal(EXIT.usage, '--markdown prints the whole conversation as text: give it alone.');
    return printMarkdown(key, found);
  }
  const count = readCount(command, 'messages', 0);
  const messages = wantsMessages ? await lastMessages(key, found, count) : null;
  if (messages !== null && !json) return print(formatMessages(messages));
  await learnDelivered(key, found);
  if (remote) await learnTitles([key]);
  const usage = remote ? await usageAt(key, found) : null;
  const shown = viewNow(key, found, { messages, usage });
  if (json) printJson(shown);
  else print(formatShown(shown, new Date()));
}

function viewNow(key: Key, found: ThreadRecord, asked: Pick<Shown, 'messages' | 'usage'>): Shown {
  const { thread } = found;
  const session = key.readAll();
  const record = threadIn(session, thread) ?? key.find(thread);
  const children = threadsOf(session).filter(({ parent }) => parent === thread);
  return {
    key: key.name,
    ...viewOf(session, record, key.config.ampUrl),
    children: children.map((child) => child.thread),
    ...asked,
  };
}

async function usageAt(key: Pick<Key, 'amp'>, { thread, workdir }: ThreadRecord): Promise<string | null> {
  const run = await withProgress('Asking Amp what it has cost', () =>
    usageOf(key.amp(workdir), thread, AMP_MS),
  );
  const text = run.exitCode === 0 && !run.timedOut ? run.stdout.trim() : '';
  return text === '' ? null : text;
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
    ...linesOf(shown.usage).map((text, index) => [index === 0 ? 'usage' : '', text] as const),
  ];
  return table(
    rows.map(([name, text]) => [
      { text: name, paint: paint.dim },
      name === 'url' ? { text, paint: linked } : { text },
    ]),
    1,
    Number.POSITIVE_INFINITY,
  );
}

function linesOf(text: string | null): readonly string[] {
  return (text ?? '').split('\n').filter((each) => each.trim() !== '');
}

function whyOf({ active, reason, ended }: Shown): (readonly [string, string])[] {
  const why = active ? reason : (ended?.reason ?? null);
  return why === null ? [] : [['why', shortened(why)]];
}
