import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { followWithChat } from '../../../shim/chat/follow.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import type { Store } from '../../../shim/store/store.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { openStore } from '../../support/record.ts';
import { A, B } from '../../support/thread-record.ts';

const chat = (...users: string[]) =>
  JSON.stringify({
    version: 1,
    messages: users.flatMap((message, id) => [
      { id: 2 * id, message, role: 'user', time: 'then' },
      { id: 2 * id + 1, message: 'yes', role: 'agent', time: 'then' },
    ]),
    initial_prompt: '',
    initial_prompt_sent: false,
  });

let store: Store;
let stateFile: string;
let chats: () => string[];

beforeEach(async () => {
  const folder = temporaryFolder();
  store = await openStore(sessionPaths(folder, 'main'));
  stateFile = join(folder, 'agentapi-state.json');
  chats = () => (existsSync(store.paths.chats) ? readdirSync(store.paths.chats) : []);
  // The first start in A, after which AgentAPI saved a chat, and the second, which saw it.
  followWithChat(store, stateFile, A);
  writeFileSync(stateFile, chat('one', 'two'));
  followWithChat(store, stateFile, A);
});

const readState = () => readFileSync(stateFile, 'utf8');
const aside = (kind: string) => chats().filter((name) => name.includes(kind));

describe('the chat', () => {
  it('is restored when AgentAPI ended before it was ready and overwrote it', () => {
    writeFileSync(stateFile, chat());
    followWithChat(store, stateFile, A);
    expect(readState()).toBe(chat('one', 'two'));
    expect(aside('.cut-')).toHaveLength(1);
  });

  it('is restored when its file is gone', () => {
    writeFileSync(stateFile, '');
    followWithChat(store, stateFile, A);
    expect(readState()).toBe(chat('one', 'two'));
  });

  it('is left alone when it has grown', () => {
    writeFileSync(stateFile, chat('one', 'two', 'three'));
    followWithChat(store, stateFile, A);
    expect(readState()).toBe(chat('one', 'two', 'three'));
    expect(aside('.cut-')).toEqual([]);
  });

  it('I10: is set aside, not overwritten, when it can’t be read and there is no copy', () => {
    followWithChat(store, stateFile, B);
    writeFileSync(stateFile, '{ torn');
    followWithChat(store, stateFile, B);
    expect(existsSync(stateFile)).toBe(false);
    expect(aside('.unreadable-')).toHaveLength(1);
  });

  it('follows the thread, and comes back with it', () => {
    followWithChat(store, stateFile, B);
    expect(existsSync(stateFile)).toBe(false);
    writeFileSync(stateFile, chat('in B'));
    followWithChat(store, stateFile, A);
    expect(readState()).toBe(chat('one', 'two'));
    followWithChat(store, stateFile, B);
    expect(readState()).toBe(chat('in B'));
  });

  it('does not wait forever for a file that vanished in the middle of a move', () => {
    followWithChat(store, stateFile, B);
    store.record({ event: 'chat-moving', from: B, to: A, aside: true, back: true });
    followWithChat(store, stateFile, A);
    expect(store.session).toMatchObject({ chat: A, chatMove: null });
    expect(readState()).toBe(chat('one', 'two'));
  });

  it('first completes a move that a crash interrupted', () => {
    store.record({ event: 'chat-moving', from: A, to: B, aside: true, back: false });
    followWithChat(store, stateFile, B);
    expect(existsSync(stateFile)).toBe(false);
    expect(readFileSync(join(store.paths.chats, `${A}.json`), 'utf8')).toBe(chat('one', 'two'));
    expect(store.session).toMatchObject({ chat: B, chatMove: null });
  });
});
