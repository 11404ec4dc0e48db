import { readCount } from '../cli/count.ts';
import type { CommandLine } from '../cli/parse.ts';
import { dropThreads, visitsTo, whyItStays, whyItStaysNow } from '../key/drop.ts';
import type { Key } from '../key/key.ts';
import { calledBy } from '../key/reference.ts';
import { staleThreads } from '../key/stale.ts';
import { openElsewhere } from '../key/switch.ts';
import { threadsOf } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { becomeWriter } from '../store/writer.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { confirm } from '../terminal/confirm.ts';
import { print, printJson } from '../terminal/output.ts';
import { plain } from '../terminal/table.ts';
import { absolute, parseAge } from '../terminal/time.ts';
import { type Dropped, reportDropped } from './dropped.ts';
import { endProcesses } from './processes.ts';

const DEFAULT_AGE = '30d';
const DEFAULT_KEEP = 10;

/** Forgets the threads of a key that have not been used for a while, or ends what its agents and runners left running. */
export async function cleanup(key: Key, command: CommandLine): Promise<void> {
  if (command.flag('processes')) return endProcesses(key, command);
  const olderThan = command.value('older-than') ?? DEFAULT_AGE;
  const age = parseAge(olderThan);
  if (age === null) throw new Refusal(EXIT.usage, '--older-than must be an age such as 30d, 12h or 8w.');
  const session = key.readAll();
  const stale = staleThreads(
    threadsOf(session),
    new Date(Date.now() - age),
    readCount(command, 'keep', DEFAULT_KEEP),
  );
  const going: ThreadRecord[] = [];
  const visits = visitsTo(key);
  for (const record of stale) {
    const stays = await whyItStays(key, session, record, visits);
    if (stays === null) going.push(record);
    else sayKept(record, stays);
  }
  if (command.flag('dry-run') || going.length === 0) {
    propose(key, command, going);
    return;
  }
  const [threads, them] = going.length === 1 ? ['1 thread', 'it'] : [`${going.length} threads`, 'them'];
  await confirm(`Forget ${threads} not used for ${olderThan}? Amp keeps ${them}.`, command.flag('yes'));
  await key.change((store) => dropFree(key, command, store, going));
}

function sayKept(record: ThreadRecord, why: string): void {
  say(`Keeping ${calledBy(record)}: ${why}.`);
}

/** Drops the threads that have no writer and have not been used since they were looked at. */
async function dropFree(
  key: Key,
  command: CommandLine,
  store: Store,
  going: readonly ThreadRecord[],
): Promise<void> {
  const taken = await Promise.all(
    going.map(async (record) => ({ record, writer: await becomeWriter(key.paths, record.thread, 0) })),
  );
  try {
    for (const { record, writer } of taken) if (writer === null) say(openElsewhere(record.thread));
    const [session, visits] = [key.readAll(), visitsTo(key)];
    const free = taken.flatMap(({ record, writer }) => {
      if (writer === null) return [];
      const stays = whyItStaysNow(key, session, record, visits);
      if (stays !== null) sayKept(record, stays);
      return stays === null ? [record] : [];
    });
    const archive = free.length === 0 ? null : await dropThreads(store, key.config.folders, free, false);
    reportDropped(command, {
      key: key.name,
      forgotten: free.map(({ thread }) => thread),
      archive,
      deleted: false,
    });
  } finally {
    for (const { writer } of taken) writer?.release();
  }
}

function propose(key: Key, command: CommandLine, going: readonly ThreadRecord[]): void {
  const forgotten = going.map(({ thread }) => thread);
  if (command.flag('json'))
    printJson({ key: key.name, forgotten, archive: null, deleted: false } satisfies Dropped);
  else {
    for (const { thread, lastUsed, name } of going) {
      print(`${thread}\t${absolute(lastUsed)}\t${plain(name ?? '')}\n`);
    }
  }
  if (going.length === 0) say(`There are no threads of '${key.name}' to forget.`);
  else
    say(
      `Would forget ${going.length === 1 ? 'this thread' : `these ${going.length} threads`}. Nothing was changed.`,
    );
}
