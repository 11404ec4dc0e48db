import { expect, it } from 'vitest';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { installAmpDouble } from '../../support/cli/amp-double.ts';
import { KEYS, messagesOf } from '../../support/cli/keys.ts';
import { startInOrder } from '../../support/cli/line.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { messagesAt } from '../../workspace/fixture.ts';

const amp = await ampServerOfFile();

/**
 * Sends messages to a key, all at once and in order. Fails unless each is answered.
 * @returns the thread that received them.
 */
async function sendAll(home: CliHome, key: string, texts: readonly string[]): Promise<string> {
  const sent = await startInOrder(
    home.paths(key).queue,
    texts.map((text) => () => home.start(['send', '--key', key, '--json'], { input: text })),
  );
  const threads = sent.map(({ stdout, stderr, exitCode }, index) => {
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ key, via: 'amp', answer: `I heard: ${texts[index]}` });
    return String(answer.thread);
  });
  expect(new Set(threads).size).toBe(1);
  return threads[0] ?? '';
}

/** The threads of every key, and how many messages each was sent. */
async function listed(home: CliHome): Promise<unknown> {
  const { stdout } = await home.run(['list', '--all', '--json']);
  const keys: { key: string; threads: { thread: string; sends: number }[] }[] = JSON.parse(stdout).keys;
  return new Map(keys.map(({ key, threads }) => [key, threads.map(({ thread, sends }) => [thread, sends])]));
}

it('two keys, with the real Amp: each has its own thread and messages, in order, even after a restart', async () => {
  const keys = ['telegram:652', 'a/slash'];
  const home = new CliHome({ amp });
  const sendToBoth = (...texts: readonly string[]) =>
    Promise.all(keys.map((key) => sendAll(home, key, texts)));
  const threads = await sendToBoth('one', 'two');
  home.reboot();
  expect(await sendToBoth('three', 'four')).toEqual(threads);
  for (const thread of threads) {
    expect(messagesAt(amp, thread)).toEqual(['one', 'two', 'three', 'four']);
    expect(amp.threads.get(thread)?.archived).toBe(false);
  }
  expect([...amp.threads.keys()].sort()).toEqual([...threads].sort());
  expect(await listed(home)).toEqual(new Map(keys.map((key, index) => [key, [[threads[index], 4]]])));
});

it('100 concurrent sends to 20 keys: none lost, duplicated, misrouted or reordered, even after a restart', async () => {
  const double = installAmpDouble();
  const home = new CliHome({ amp, ampFolder: double.dir });
  const sendToAll = (from: number, count: number) =>
    Promise.all(KEYS.map((key) => sendAll(home, key, messagesOf(key, from, count))));
  const threads = await sendToAll(1, 5);
  expect(new Set(threads).size).toBe(20);
  home.reboot();
  // Two are enough to show that a key still has its thread, and that its messages still queue.
  expect(await sendToAll(6, 2)).toEqual(threads);

  for (const [index, key] of KEYS.entries()) {
    const told = messagesOf(key, 1, 7);
    expect(double.told(threads[index] ?? '')).toBe(told.map((text) => `${text}\n`).join(''));
  }
  expect(await listed(home)).toEqual(new Map(KEYS.map((key, index) => [key, [[threads[index], 7]]])));
  expect(new Set(KEYS.map((key) => home.paths(key).folder.toLowerCase())).size).toBe(20);
});
