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
 * Makes sure that AgentAPI's state file holds the chat of the thread that it is about to be started in
 * (docs/architecture.md, "The record"), and finishes a move that a crash interrupted.
 * @param stateFile AgentAPI's state file.
 * @param thread the thread of this start, null if the agent opens its own.
 */
export function followWithChat(store: Store, stateFile: string, thread: ThreadId | null): void {
  const chats = new Chats(store, stateFile);
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

/** AgentAPI's state file, and the chats that were put aside. */
class Chats implements ChatFiles {
  readonly #store: Store;
  readonly #stateFile: string;

  constructor(store: Store, stateFile: string) {
    this.#store = store;
    this.#stateFile = stateFile;
  }

  get state(): boolean {
    return existsSync(this.#stateFile);
  }

  aside = (name: string): boolean => existsSync(this.path(name));

  path(name: string): string {
    return join(this.#store.paths.chats, `${name}.json`);
  }

  /** Renames a chat that already has this name, so that it isn't overwritten. */
  makeRoom(name: string): void {
    this.#move(this.path(name), this.path(`${name}.${fileTimeStamp(new Date())}`));
  }

  putAside(name: string): void {
    this.#move(this.#stateFile, this.path(name));
  }

  bringBack(name: string): void {
    // Nothing should be in the way; if something is, it is kept.
    this.#move(this.#stateFile, this.path(`in-the-way.${fileTimeStamp(new Date())}`));
    this.#move(this.path(name), this.#stateFile);
  }

  #move(from: string, to: string): void {
    this.#store.check();
    moveIfPresent(from, to);
  }
}
