import { expect, it } from 'vitest';
import { missingFromChat } from '../../../shim/chat/missing.ts';

it.each<[string, readonly string[], readonly string[], number]>([
  ['the same', ['one', 'two'], ['one', 'I heard: one', 'two'], 0],
  ['the first prompt, which Amp drew', ['fix it\nnow', 'two'], [' ┃ fix it\n ┃ now\n I did', 'two'], 0],
  ['two from elsewhere', ['one', 'two', 'three'], ['one', 'I heard: one'], 2],
  ['one in between', ['one', 'two', 'three'], ['one', 'three'], 1],
  ['messages from before the chat', ['one', 'two', 'three'], ['three'], 0],
  ['a chat with nothing of the thread', ['one'], ['hello'], 0],
  ['what a tool gave, before the chat', ['one', '', 'two', 'three'], ['three'], 0],
  ['a message without letters', ['one', '?!'], ['one'], 0],
])('%s', (_name, thread, chat, count) => {
  expect(missingFromChat(thread, chat)).toBe(count);
});
