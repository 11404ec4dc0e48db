import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAgentApiState } from '../agentapi/state-file.ts';
import { threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import {
  fileTimeStamp,
  makePrivateFolder,
  moveIfPresent,
  replaceFile,
  tryToReadText,
} from '../system/files.ts';
import { say } from '../system/report.ts';
import { chatBefore, keepsMessagesOf } from './decide.ts';

/**
 * Hands AgentAPI's chat to the thread that the agent moved to, whose conversation the chat ends with. The
 * thread that the agent left keeps what the chat had shown until then. A chat that has not been saved since
 * the launch shows nothing of the other thread and stays, and a thread with a chat of its own keeps it.
 * @param stateFile AgentAPI's state file.
 */
export function handOver(store: Store, stateFile: string): void {
  const { chat: from, launched } = store.session;
  const to = launched?.now ?? null;
  if (from === null || to === null || from === to || launched?.thread !== from || launched.moved === null)
    return;
  const aside = (name: string) => join(store.paths.chats, `${name}.json`);
  // Another key's thread, or one with a chat of its own.
  if (threadIn(store.session, to) === null || existsSync(aside(to))) return;
  // One that can't be read shows nothing; it stays where it is.
  const text = textOf(stateFile);
  const state = parseAgentApiState(text);
  const savedText = textOf(aside(`${from}.saved`));
  const saved = parseAgentApiState(savedText);
  if (state === null || text === savedText || (saved !== null && !keepsMessagesOf(saved, state))) return;
  const before = chatBefore(state, launched.moved);
  const now = fileTimeStamp(new Date());
  makePrivateFolder(store.paths.chats);
  store.check();
  // Each step may be the last one before a crash; repeating them has the same result.
  if (before !== null) replaceFile(aside(from), JSON.stringify(before));
  moveIfPresent(aside(`${to}.saved`), aside(`${to}.saved.${now}`));
  moveIfPresent(aside(`${from}.saved`), aside(`${from}.saved.${now}`));
  store.record({ event: 'chat-moved', of: to });
  say(`The chat goes with the agent from ${from} to ${to}.`);
}

function textOf(path: string): string {
  const reading = tryToReadText(path);
  return reading.kind === 'text' ? reading.text : '';
}
