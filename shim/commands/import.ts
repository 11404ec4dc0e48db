import { join } from 'node:path';
import type { ThreadId } from '../amp/thread-id.ts';
import type { CommandLine } from '../cli/parse.ts';
import { fromCurrentFolder } from '../environment/launcher.ts';
import { type Exported, parseExported } from '../key/exported.ts';
import type { Key } from '../key/key.ts';
import { type NewEvent, readEvent, type SessionEvent, threadGivenBy } from '../store/events.ts';
import { applyEvents } from '../store/fold.ts';
import { ownerOf, withOwners } from '../store/keys.ts';
import { unseal } from '../store/seal.ts';
import { EMPTY_SESSION, type Session, threadCount, threadsOf } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { makePrivateFolder, readTextIfPresent, replaceFile } from '../system/files.ts';
import { reasonOf, say } from '../system/report.ts';
import { print, printJson } from '../terminal/output.ts';
import { counted, plain } from '../terminal/table.ts';
import { ownersBusy } from '../thread/take.ts';

/** What `amp-session import --json` prints. */
export type Imported = { readonly key: string; readonly threads: readonly string[]; readonly chats: number };

/** Reads what `export` wrote into a key that has no record yet. */
export async function importKey(base: Key, command: CommandLine): Promise<void> {
  const [path = ''] = command.args;
  const exported = readExported(path);
  const key = command.value('key') === null ? base.sibling(exported.key) : base;
  const events = eventsIn(exported);
  const known = threadsOf(applyEvents(EMPTY_SESSION, numbered(events))).map(({ thread }) => thread);
  checkFree(key, key.read());
  checkOwners(known, (thread) => ownerOf(key.paths, thread));
  if (command.flag('dry-run')) {
    say(`Would import ${counted(known.length, 'thread')} into '${key.name}'. Nothing was changed.`);
    return;
  }
  await key.change((store) =>
    withOwners(
      store.paths,
      (owners) => {
        // Another import, or a start, may have come first.
        checkFree(key, store.session);
        checkOwners(known, owners.of);
        if (!owners.areHeld) throw ownersBusy(store);
        takeChats(store, exported);
        // AgentAPI's own file stays behind in the other workspace: the chat that it held is nobody's here.
        store.recordAll([...events, { event: 'chat-moved', of: null }]);
      },
      Number.POSITIVE_INFINITY,
    ),
  );
  const threads = threadsOf(key.readAll()).map(({ thread }) => thread);
  const chats = Object.keys(exported.chats).length;
  if (command.flag('json')) printJson({ key: key.name, threads, chats } satisfies Imported);
  else
    print(
      `${counted(threads.length, 'thread')} and ${counted(chats, 'chat')} imported into '${plain(key.name)}'.\n`,
    );
  const { served } = key.read();
  if (served.length > 0)
    say(
      `A runner served ${served.length} of the threads. With enable_runner this workspace's does from its next start; forget them in the other workspace, if it still runs: a thread has one runner.`,
    );
}

/** The events of a history, to be numbered anew: lines that could not be read left gaps. */
function eventsIn(exported: Exported): NewEvent[] {
  let highest = 0;
  return exported.history.flatMap((text) => {
    const read = readEvent(unseal(text));
    if (read.kind !== 'event') return [];
    const { seq, ...event } = read.event;
    // Numbered anew, a late line would decide something after all (shim/store/fold.ts).
    const isLate = seq <= highest;
    highest = Math.max(highest, seq);
    if (isLate && threadGivenBy(event as NewEvent).length === 0) return [];
    return [withoutWorkspace(event as NewEvent)];
  });
}

/**
 * An event that says nothing of the workspace that it is from. Whoever imports threads wants them here: they aren't a
 * copied home's (shim/start/copied-home.ts, shim/runner/record.ts).
 */
function withoutWorkspace(event: NewEvent): NewEvent {
  if (event.event === 'runner') return { ...event, workspace: '' };
  if (event.event === 'copied') return { ...event, to: '' };
  return event.event === 'launched' && event.workspace !== undefined ? { ...event, workspace: '' } : event;
}

function numbered(events: readonly NewEvent[]): SessionEvent[] {
  return events.map((event, index) => ({ at: '', ...event, seq: index + 1 }) as SessionEvent);
}

function checkFree({ name }: Pick<Key, 'name'>, session: Session): void {
  if (threadCount(session) === 0) return;
  throw new Refusal(
    EXIT.refused,
    `The key '${name}' already has a record. Nothing was imported; choose another with --key.`,
  );
}

function checkOwners(threads: readonly ThreadId[], ownerOf: (thread: ThreadId) => string | null): void {
  for (const thread of threads) {
    const owner = ownerOf(thread);
    if (owner === null) continue;
    throw new Refusal(
      EXIT.refused,
      `${thread} already belongs to the key '${owner}' in this workspace. Nothing was imported.`,
    );
  }
}

function takeChats(store: Store, { chats }: Exported): void {
  makePrivateFolder(store.paths.chats);
  for (const [name, text] of Object.entries(chats)) {
    store.check();
    replaceFile(join(store.paths.chats, name), text);
  }
}

function readExported(path: string): Exported {
  const text = readOrRefuse(path);
  if (text === null) throw new Refusal(EXIT.missing, `There is no file ${path}.`);
  const exported = parseExported(text);
  if (exported === null)
    throw new Refusal(EXIT.usage, `${path} is not what 'amp-session export' writes. Nothing was imported.`);
  return exported;
}

function readOrRefuse(path: string): string | null {
  try {
    return readTextIfPresent(fromCurrentFolder(path));
  } catch (error) {
    throw new Refusal(EXIT.missing, `${path} can't be read (${reasonOf(error)}). Nothing was imported.`);
  }
}
