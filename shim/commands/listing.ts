import { liveAgent } from '../agent/live.ts';
import { questionOf } from '../agent/question.ts';
import type { Key } from '../key/key.ts';
import { shortId } from '../key/reference.ts';
import { type ThreadView, viewOf } from '../key/view.ts';
import type { Session } from '../store/session.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { say } from '../system/report.ts';
import { isInteractive, print, terminalWidth } from '../terminal/output.ts';
import { paint } from '../terminal/paint.ts';
import { type Cell, plain, table } from '../terminal/table.ts';
import { ago } from '../terminal/time.ts';

/** What `list` and `search` print with `--json`: for each key its threads, most recently used first. */
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

/** What is listed of a key. @param threads those that are shown. @param total how many there are. */
export async function listingOf(
  key: Key,
  session: Session,
  threads: readonly ThreadRecord[],
  total: number,
): Promise<Listing['keys'][number]> {
  const live = liveAgent(key.paths, session);
  return {
    key: key.name,
    total,
    threads: threads.map((each) => viewOf(session, each, key.config.ampUrl)),
    agent: live.kind === 'running' ? live.thread : null,
    question: await questionOf(live),
  };
}

/** Prints threads: for a person as a table, for a pipe as lines of words between tabs. */
export function printListing(listing: Listing): void {
  if (isInteractive()) print(formatListing(listing, new Date(), terminalWidth()));
  else printLines(listing);
}

function printLines(listing: Listing): void {
  print(formatLines(listing));
  const [first] = listing.keys;
  if (first === undefined) say(NOTHING);
  else if (listing.keys.every(({ total }) => total === 0)) say(noThreadOf(first.key));
}

const NOTHING = 'Nothing is recorded in this workspace yet.';
const noThreadOf = (key: string) => `The key '${plain(key)}' has no thread yet.`;

/**
 * One line per thread, for other programs: ID, key, `active`, `agent` (the agent is in it, but the next start is for
 * another) or nothing, name, title, created, last used, starts, parent.
 */
function formatLines({ keys }: Listing): string {
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
function formatListing({ keys }: Listing, now: Date, width: number): string {
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
