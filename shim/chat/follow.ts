import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ThreadId } from '../amp/thread-id.ts';
import type { Store } from '../store/store.ts';
import { fileTimeStamp, makePrivateFolder, moveIfPresent } from '../system/files.ts';
import { say } from '../system/report.ts';
import { type ChatFiles, type ChatMove, decideChat, nextChatStep } from './decide.ts';
import { guardChat } from './guard.ts';
import { handOver } from './hand-over.ts';

/**
 * Sees to it that AgentAPI's state file holds the chat of the thread that it will be started in (docs/architecture.md, "the record"), and
 * finishes a change that a crash interrupted.
 * @param stateFile AgentAPI's state file.
 * @param thread the thread of this start, null when the agent opens one itself.
 */
export function followWithChat(store: Store, stateFile: string, thread: ThreadId | null): void {
  const chats = new Chats(stateFile, store.paths.chats);
  if (store.session.chatMove !== null) finish(store, chats, store.session.chatMove);
  handOver(store, stateFile);
  guardChat(store, stateFile);
  const move = decideChat(store.session.chat, thread, chats, `unknown-${fileTimeStamp(new Date())}`);
  if (move === null) return;
  if (move.aside || move.back) {
    makePrivateFolder(store.paths.chats);
    if (move.aside) chats.makeRoom(move.from);
    store.record({ event: 'chat-moving', ...move });
  }
  finish(store, chats, move);
  if (move.aside) say(`The chat of ${move.from} was put aside as ${chats.path(move.from)}.`);
}

function finish(store: Store, chats: Chats, move: ChatMove): void {
  for (let step = nextChatStep(move, chats); step.do !== 'done'; step = nextChatStep(move, chats)) {
    if (step.do === 'put aside') chats.putAside(move.from);
    else if (move.to !== null) chats.bringBack(move.to);
  }
  store.record({ event: 'chat-moved', of: move.to });
}

/** AgentAPI's state file and the chats beside it, as files. */
class Chats implements ChatFiles {
  readonly #stateFile: string;
  readonly #folder: string;

  constructor(stateFile: string, folder: string) {
    this.#stateFile = stateFile;
    this.#folder = folder;
  }

  get state(): boolean {
    return existsSync(this.#stateFile);
  }

  aside = (name: string): boolean => existsSync(this.path(name));

  path(name: string): string {
    return join(this.#folder, `${name}.json`);
  }

  /** A chat that is in the way of one with the same name is kept under another. */
  makeRoom(name: string): void {
    moveIfPresent(this.path(name), this.path(`${name}.${fileTimeStamp(new Date())}`));
  }

  putAside(name: string): void {
    moveIfPresent(this.#stateFile, this.path(name));
  }

  bringBack(name: string): void {
    // Nothing should be in the way; if something is, it is kept.
    moveIfPresent(this.#stateFile, this.path(`in-the-way.${fileTimeStamp(new Date())}`));
    moveIfPresent(this.path(name), this.#stateFile);
  }
}
