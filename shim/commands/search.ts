import { type AmpContext, searchThreads } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { foundIn } from '../amp/thread-list.ts';
import type { CommandLine } from '../cli/parse.ts';
import { currentFolder } from '../environment/launcher.ts';
import type { Key } from '../key/key.ts';
import { AMP_MS } from '../key/request.ts';
import { keysIn } from '../store/keys.ts';
import { threadsOf } from '../store/session.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { printJson } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { plain } from '../terminal/table.ts';
import { type Listing, listingOf, printListing } from './listing.ts';

/** How many threads of the account Amp gives at a time. */
const PAGE = 100;

/**
 * Finds threads by what was said in them, and by their names and titles. Amp searches the whole account; only threads of
 * the key are shown.
 */
export async function search(key: Key, command: CommandLine): Promise<void> {
  const query = command.args.join(' ');
  const keys = command.flag('all') ? keysIn(key.sessions).map((known) => key.sibling(known.key)) : [key];
  const said = await withProgress('Amp is searching', () => searchAccount(key.amp(currentFolder()), query));
  const found = await Promise.all(keys.map((each) => matchesIn(each, said, query)));
  const listing: Listing = { keys: found.filter(({ total }) => total > 0) };
  if (command.flag('json')) printJson(listing);
  else if (listing.keys.length > 0) printListing(listing);
  else say(`No thread of ${command.flag('all') ? 'any key' : `the key '${plain(key.name)}'`} matches.`);
}

async function searchAccount(amp: AmpContext, query: string): Promise<ReadonlySet<ThreadId>> {
  const found = new Set<ThreadId>();
  for (let offset = 0; ; offset += PAGE) {
    const run = await searchThreads(amp, query, { limit: PAGE, offset }, AMP_MS);
    const page = foundIn(run);
    if (page === null) throw noSearch(outcomeOf(run, null));
    const before = found.size;
    for (const thread of page) found.add(thread);
    // Nor would a version that knows no pages ever come to an end.
    if (page.length < PAGE || found.size === before) return found;
  }
}

function noSearch(outcome: ReturnType<typeof outcomeOf>): Refusal {
  const why = outcome.kind === 'unsure' ? outcome.why : 'this version does not answer in JSON';
  return new Refusal(EXIT.unavailable, `Amp did not search its threads (${why}).`);
}

async function matchesIn(
  key: Key,
  said: ReadonlySet<ThreadId>,
  query: string,
): Promise<Listing['keys'][number]> {
  const session = key.readAll();
  const threads = threadsOf(session).filter((record) => said.has(record.thread) || isCalled(record, query));
  return listingOf(key, session, threads, threads.length);
}

function isCalled({ name, title }: ThreadRecord, query: string): boolean {
  const called = `${name ?? ''} ${title ?? ''}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => called.includes(word));
}
