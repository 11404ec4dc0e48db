// How the real Amp loads a thread: in pages, from the front, and there is no shorter way to the last messages.
import { beforeEach, expect, test } from 'vitest';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { behaviours } from '../support/amp/server.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ role: 'user', text: `message ${index}` }) as const);
const operationsOn = (thread: string) =>
  amp.server.requests.filter(({ threadId }) => threadId === thread).map(({ operation }) => operation);

test.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [200, 1],
  [201, 2],
  [1_001, 6],
])('exports a thread of %i messages with its tail and %i pages', async (count, pages) => {
  const thread = amp.server.addThread({ messages: numbered(count) });
  amp.server.behave(behaviours.slow(20), { only: 'getThreadMessagesPage' });
  const { stdout, exitCode } = await amp.run(['threads', 'export', thread]);
  expect(exitCode).toBe(0);
  const { messages } = JSON.parse(stdout) as { messages: { content: { text: string }[] }[] };
  expect(messages.map(({ content }) => content[0]?.text)).toEqual(numbered(count).map(({ text }) => text));
  expect(operationsOn(thread)).toEqual(['getThreadTail', ...Array(pages).fill('getThreadMessagesPage')]);
});
