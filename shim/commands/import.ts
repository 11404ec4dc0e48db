import { join } from 'node:path';
import type { CommandLine } from '../cli/parse.ts';
import { fromCurrentFolder } from '../environment/launcher.ts';
import { readEvent } from '../store/events.ts';
import { ownersBeside } from '../store/keys.ts';
import { unseal } from '../store/seal.ts';
import { threadCount, threadsOf } from '../store/session.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { makePrivateFolder, readTextIfPresent, replaceFile } from '../system/files.ts';
import { reasonOf, say } from '../system/report.ts';
import { print, printJson } from '../terminal/output.ts';
import { plain } from '../terminal/table.ts';
import { type Exported, parseExported } from '../thread/exported.ts';
import type { Key } from '../thread/key.ts';

/** What `amp-session import --json` prints. */
export type Imported = { readonly key: string; readonly threads: readonly string[]; readonly chats: number };

/** Reads what `export` wrote into a key that has no record yet. */
export async function importKey(base: Key, line: CommandLine): Promise<void> {
  const [path = ''] = line.args;
  const exported = readExported(path);
  const key = line.value('key') === null ? base.sibling(exported.key) : base;
  if (threadCount(key.read()) > 0) {
    throw new Refusal(
      EXIT.refused,
      `The key '${key.key}' already has a record. Nothing was imported; choose another with --key.`,
    );
  }
  const events = exported.history.flatMap((text) => {
    const read = readEvent(unseal(text));
    return read.kind === 'event' ? [read.event] : [];
  });
  const known = events.flatMap((event) => (event.event === 'thread' ? [event.thread] : []));
  const owners = ownersBeside(key.paths);
  for (const thread of known) {
    const owner = owners.get(thread);
    if (owner === undefined) continue;
    throw new Refusal(
      EXIT.refused,
      `${thread} already belongs to the key '${owner}' in this workspace. Nothing was imported.`,
    );
  }
  if (line.flag('dry-run')) {
    say(`Would import ${known.length} thread(s) into '${key.key}'. Nothing was changed.`);
    return;
  }
  await key.change((store) => {
    makePrivateFolder(key.paths.chats);
    for (const [name, text] of Object.entries(exported.chats)) replaceFile(join(key.paths.chats, name), text);
    // AgentAPI's own file stays behind in the other workspace: the chat that it held is nobody's here.
    // Numbered anew, with their own times: lines that could not be read left gaps.
    store.recordAll([...events.map(({ seq: _, ...event }) => event), { event: 'chat-moved', of: null }]);
  });
  const threads = threadsOf(key.readAll()).map(({ thread }) => thread);
  const chats = Object.keys(exported.chats).length;
  if (line.flag('json')) printJson({ key: key.key, threads, chats } satisfies Imported);
  else print(`${threads.length} thread(s) and ${chats} chat(s) imported into '${plain(key.key)}'.\n`);
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
