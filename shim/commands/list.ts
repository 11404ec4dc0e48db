import { WHERE_TO_ANSWER } from '../agent/question.ts';
import { readCount } from '../cli/count.ts';
import type { CommandLine } from '../cli/parse.ts';
import type { Key } from '../key/key.ts';
import { learnTitles } from '../key/titles.ts';
import { keysIn } from '../store/keys.ts';
import { threadCount, threadsOf } from '../store/session.ts';
import { say } from '../system/report.ts';
import { printJson } from '../terminal/output.ts';
import { plain } from '../terminal/table.ts';
import { type Listing, listingOf, printListing } from './listing.ts';

const DEFAULT_LIMIT = 20;

/** Lists threads: for a person as a table, for a pipe as lines of words between tabs. */
export async function list(key: Key, command: CommandLine): Promise<void> {
  const limit = readCount(command, 'limit', DEFAULT_LIMIT);
  const keys = command.flag('all') ? keysIn(key.sessions).map((known) => key.sibling(known.key)) : [key];
  if (command.flag('remote')) await learnTitles(keys);
  const listing = { keys: await Promise.all(keys.map((each) => recentOf(each, limit))) };
  if (command.flag('json')) printJson(listing);
  else printListing(listing);
  for (const { key: asking, question } of listing.keys) {
    if (question !== null && !command.flag('json'))
      say(`The agent of '${plain(asking)}' waits for a person: ${plain(question)}. ${WHERE_TO_ANSWER}`);
  }
}

async function recentOf(key: Key, limit: number): Promise<Listing['keys'][number]> {
  const recent = key.read();
  // The whole history is only read for what lies before the threads used last.
  const session = limit > threadsOf(recent).length && recent.older > 0 ? key.readAll() : recent;
  return listingOf(key, session, threadsOf(session).slice(0, limit), threadCount(session));
}
