import { join } from 'node:path';
import { parseAgentApiState } from '../agentapi/state-file.ts';
import type { Store } from '../store/store.ts';
import {
  fileTimeStamp,
  makePrivateFolder,
  moveIfPresent,
  replaceFile,
  tryToReadText,
} from '../system/files.ts';
import { say } from '../system/report.ts';
import { keepsMessagesOf } from './decide.ts';

/**
 * Keeps a copy of the chat that AgentAPI is about to load, and restores it if AgentAPI lost it. AgentAPI does
 * that whenever its agent ends before it is ready, as Amp does immediately while offline: AgentAPI hasn't
 * loaded its state by then, and overwrites the file with the little it has.
 * @param stateFile AgentAPI's state file.
 */
export function guardChat(store: Store, stateFile: string): void {
  const owner = store.session.chat;
  if (owner === null) return;
  const saved = join(store.paths.chats, `${owner}.saved.json`);
  const asideAs = (why: string) =>
    join(store.paths.chats, `${owner}.${why}-${fileTimeStamp(new Date())}.json`);
  const savedReading = tryToReadText(saved);
  const savedText = savedReading.kind === 'text' ? savedReading.text : null;
  const reading = tryToReadText(stateFile);
  const text = reading.kind === 'text' ? reading.text : null;
  const state = text === null ? null : parseAgentApiState(text);
  const savedState = savedText === null ? null : parseAgentApiState(savedText);

  makePrivateFolder(store.paths.chats);
  store.check();
  if (savedText !== null && savedState !== null && !keepsMessagesOf(savedState, state)) {
    moveIfPresent(stateFile, asideAs('cut'));
    replaceFile(stateFile, savedText);
    say(`AgentAPI lost the chat of ${owner}; it was restored from the last copy.`);
  } else if (reading.kind !== 'none' && state === null) {
    const aside = asideAs('unreadable');
    moveIfPresent(stateFile, aside);
    say(`AgentAPI's chat could not be read and was set aside as ${aside}.`);
  } else if (text !== null && text !== savedText) {
    replaceFile(saved, text);
  }
}
