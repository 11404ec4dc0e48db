import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandLine } from '../cli/parse.ts';
import { fromCurrentFolder } from '../environment/launcher.ts';
import type { Exported } from '../key/exported.ts';
import type { Key } from '../key/key.ts';
import { readRunner } from '../store/runner.ts';
import { seal } from '../store/seal.ts';
import { threadCount } from '../store/session.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { readTextIfPresent, replaceFile, tryToReadText } from '../system/files.ts';
import { reasonOf, say } from '../system/report.ts';
import { print } from '../terminal/output.ts';
import { counted } from '../terminal/table.ts';

/** Writes everything that is known about a key as one file: its history as it is, and its chats. */
export function exportKey(key: Key, command: CommandLine): void {
  const { history, runner } = key.paths;
  const lines = (readTextIfPresent(history) ?? '').split('\n').filter((each) => each !== '');
  if (lines.length === 0) throw new Refusal(EXIT.missing, `Nothing is recorded for the key '${key.name}'.`);
  const kept = command.flag('no-chats') ? {} : chatsOf(key);
  const exported: Exported = {
    format: 'amp-session',
    version: 1,
    key: key.name,
    exportedAt: new Date().toISOString(),
    history: [...lines, ...key.unrecorded().map(seal)],
    chats: kept,
    runner: readRunner(runner),
  };
  const text = `${withoutSecrets(JSON.stringify(exported, null, 2), key.config.secrets)}\n`;
  const output = command.value('output');
  if (output === null) {
    print(text);
    return;
  }
  write(output, text);
  say(
    `${output} has ${counted(threadCount(key.readAll()), 'thread')} and ${counted(Object.keys(kept).length, 'chat')} of '${key.name}'.`,
  );
}

/** The chats that were put aside, and the one that AgentAPI has now, by the names they have aside. */
function chatsOf(key: Pick<Key, 'paths' | 'read'>): Exported['chats'] {
  const { chats, runner } = key.paths;
  const names = existsSync(chats) ? readdirSync(chats).filter((name) => name.endsWith('.json')) : [];
  const aside = names.flatMap((name) => {
    const text = chatAt(join(chats, name));
    return text === null ? [] : [[name, text] as const];
  });
  const { chat, chatMove } = key.read();
  const stateFile = readRunner(runner)?.agent?.stateFile ?? null;
  const present = chat === null || chatMove !== null || stateFile === null ? null : chatAt(stateFile);
  return Object.fromEntries(present === null ? aside : [...aside, [`${chat}.json`, present]]);
}

/** @returns null for one that is not there or can't be read: the rest is exported anyway. */
function chatAt(path: string): string | null {
  const reading = tryToReadText(path);
  if (reading.kind === 'unreadable') say(`${path} can't be read (${reading.why}) and is left out.`);
  return reading.kind === 'text' ? reading.text : null;
}

function write(output: string, text: string): void {
  const path = fromCurrentFolder(output);
  try {
    // A device or a folder may not become a file: in a container everybody may be root.
    if (existsSync(path) && !statSync(path).isFile()) throw new Error('it exists and is not a regular file');
    replaceFile(path, text);
  } catch (error) {
    throw new Refusal(EXIT.failed, `${output} could not be written (${reasonOf(error)}).`);
  }
}

/** A chat may show a secret that somebody typed; those that this workspace knows are taken out. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (clean, secret) => clean.replaceAll(JSON.stringify(secret).slice(1, -1), '***'),
    text,
  );
}
