import { liveAgent } from '../agent/live.ts';
import { questionOf, WHERE_TO_ANSWER } from '../agent/question.ts';
import { readCount } from '../cli/count.ts';
import type { CommandLine } from '../cli/parse.ts';
import type { Key } from '../key/key.ts';
import { shortId } from '../key/reference.ts';
import { learnTitles } from '../key/titles.ts';
import { type ThreadView, viewOf } from '../key/view.ts';
import { keysIn } from '../store/keys.ts';
import { threadCount, threadsOf } from '../store/session.ts';
import { say } from '../system/report.ts';
import { isInteractive, print, printJson, terminalWidth } from '../terminal/output.ts';
import { paint } from '../terminal/paint.ts';
import { type Cell, plain, table } from '../terminal/table.ts';
import { ago } from '../terminal/time.ts';

/** What `amp-session list --json` prints: for each key its threads, most recently used first. */
export type Listing = {
  readonly keys: readonly {
    readonly key: string;
    /** How many threads are recorded, with those that are not shown. */
    readonly total: number;
    readonly threads: readonly ThreadView[];
    /** The thread that the running agent is in, whichever the next start is for; null if none is known. */
    readonly agent: string | null;
    /** What the key's agent asks a person and waits for; null if nothing. */
    readonly question: string | null;
  }[];
};

const DEFAULT_LIMIT = 20;

/** Lists threads: for a person as a table, for a pipe as lines of words between tabs. */
export async function list(key: Key, line: CommandLine): Promise<void> {
  const limit = readCount(line, 'limit', DEFAULT_LIMIT);
  const keys = line.flag('all') ? keysIn(key.sessions).map((known) => key.sibling(known.key)) : [key];
  if (line.flag('remote')) await learnTitles(keys);
  const listing = { keys: await Promise.all(keys.map((each) => listingOf(each, limit))) };
  if (line.flag('json')) printJson(listing);
  else if (isInteractive()) print(formatListing(listing, new Date(), terminalWidth()));
  else printLines(listing);
  for (const { key: asking, question } of listing.keys) {
    if (question !== null && !line.flag('json'))
      say(`The agent of '${plain(asking)}' waits for a person: ${plain(question)}. ${WHERE_TO_ANSWER}`);
  }
}

function printLines(listing: Listing): void {
  print(formatLines(listing));
  const [first] = listing.keys;
  if (first === undefined) say(NOTHING);
  else if (listing.keys.every(({ total }) => total === 0)) say(noThreadOf(first.key));
}

const NOTHING = 'Nothing is recorded in this workspace yet.';
const noThreadOf = (key: string) => `The key '${plain(key)}' has no thread yet.`;

async function listingOf(key: Key, limit: number): Promise<Listing['keys'][number]> {
  const recent = key.read();
  // The whole history is only read for what lies before the threads used last.
  const session = limit > threadsOf(recent).length && recent.older > 0 ? key.readAll() : recent;
  const threads = threadsOf(session).slice(0, limit);
  const live = liveAgent(key.paths, recent);
  return {
    key: key.key,
    total: threadCount(session),
    threads: threads.map((each) => viewOf(session, each, key.config.ampUrl)),
    agent: live.kind === 'running' ? live.thread : null,
    question: await questionOf(live),
  };
}

/**
 * One line per thread, for other programs: ID, key, `active`, `agent` (the agent is in it, but the next start is for
 * another) or nothing, name, title, created, last used, starts, parent.
 */
export function formatLines({ keys }: Listing): string {
  return keys
    .flatMap(({ key, agent, threads }) =>
      threads.map((each) =>
        [
          each.thread,
          key,
          each.active ? 'active' : each.thread === agent ? 'agent' : '',
          each.name ?? '',
          each.title ?? '',
          each.created,
          each.lastUsed,
          each.starts,
          each.parent ?? '',
        ]
          .map((value) => plain(String(value)))
          .join('\t'),
      ),
    )
    .map((text) => `${text}\n`)
    .join('');
}

/** A table for a person. */
export function formatListing({ keys }: Listing, now: Date, width: number): string {
  if (keys.length === 0) return `${NOTHING}\n`;
  return keys
    .map(({ key, total, agent, threads }) => {
      const title = keys.length > 1 ? `${paint.bold(plain(key))}\n` : '';
      if (total === 0) return `${title}${noThreadOf(key)}\n`;
      const more = total - threads.length;
      const rest = more > 0 ? paint.dim(`${more} more; see --limit\n`) : '';
      const rows = threads.map((each) => rowOf(each, agent, now));
      const isElsewhere = threads.some((each) => each.thread === agent && !each.active);
      const marks = isElsewhere ? paint.dim(MARKS) : '';
      return `${title}${table([HEAD, ...rows], 2, width)}${rest}${marks}`;
    })
    .join('\n');
}

const HEAD: readonly Cell[] = ['', 'THREAD', 'NAME', 'CREATED', 'LAST USED', 'USES'].map((text) => ({
  text,
  paint: paint.dim,
}));

const MARKS = '> the agent is here   * the next start is here\n';

function rowOf(each: ThreadView, agent: string | null, now: Date): readonly Cell[] {
  const mark = each.active ? '*' : each.thread === agent ? '>' : ' ';
  return [
    { text: mark, paint: paint.green },
    { text: shortId(each.thread), paint: mark === ' ' ? paint.yellow : paint.green },
    { text: describe(each) },
    { text: ago(each.created, now, 'narrow') },
    { text: ago(each.lastUsed, now, 'narrow') },
    // Starts of the agent and headless turns: a chat's key has only these.
    { text: String(each.starts + each.sends).padStart(HEAD[5]?.text.length ?? 0) },
  ];
}

function describe({ name, title, parent, ended }: ThreadView): string {
  const words = plain(name ?? title ?? '');
  const notes = [
    ...(parent === null ? [] : [`fork of ${shortId(parent)}`]),
    ...(ended === null ? [] : ['given up']),
  ].join(', ');
  return [words, notes === '' ? '' : `(${notes})`].filter((part) => part !== '').join(' ');
}
