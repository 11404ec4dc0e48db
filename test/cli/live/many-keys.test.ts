import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AmpServer, startAmpServer } from '../../support/amp/server.ts';
import { CliHome } from '../../support/cli/home.ts';
import { KEYS, messagesOf } from '../../support/cli/keys.ts';
import { startInOrder } from '../../support/cli/line.ts';
import { quickAmp } from '../../support/cli/quick-amp.ts';
import { messagesAt } from '../../workspace/fixture.ts';

let amp: AmpServer;
beforeAll(async () => {
  amp = await startAmpServer();
});
afterAll(() => amp.close());

/** Five messages of a key at once, in order; throws unless each is answered. */
async function sendFive(home: CliHome, key: string, from: number): Promise<string> {
  const queue = join(home.paths(key).writers, 'queue');
  const texts = messagesOf(key, from);
  const sent = await startInOrder(
    queue,
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

/** Sends to all keys, as many keys at a time as there are lanes. */
async function sendToAll(home: CliHome, from: number, lanes: number): Promise<ReadonlyMap<string, string>> {
  const left = [...KEYS];
  const threads = new Map<string, string>();
  const lane = async () => {
    for (let key = left.shift(); key !== undefined; key = left.shift()) {
      threads.set(key, await sendFive(home, key, from));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return threads;
}

describe('must hold 2: 20 keys × 5 sends', () => {
  it('20 threads with their own messages in order, none elsewhere, and again after a restart', async () => {
    const home = new CliHome({ amp });
    const threads = await sendToAll(home, 1, 2);
    expect(new Set(threads.values()).size).toBe(20);
    home.reboot();
    expect(await sendToAll(home, 6, 2)).toEqual(threads);

    for (const [key, thread] of threads) {
      expect(messagesAt(amp, thread)).toEqual([...messagesOf(key, 1), ...messagesOf(key, 6)]);
      expect(amp.threads.get(thread)?.archived).toBe(false);
    }
    expect([...amp.threads.keys()].sort()).toEqual([...threads.values()].sort());

    const { stdout } = await home.run(['list', '--all', '--json']);
    const listed = new Map(
      JSON.parse(stdout).keys.map((each: { key: string; threads: { thread: string; sends: number }[] }) => [
        each.key,
        each.threads.map(({ thread, sends }) => [thread, sends]),
      ]),
    );
    expect(listed).toEqual(new Map([...threads].map(([key, thread]) => [key, [[thread, 10]]])));
    expect(new Set(KEYS.map((key) => home.paths(key).folder.toLowerCase())).size).toBe(20);
  });
});

describe('a hundred sends at once', () => {
  it('to 20 keys: none is lost, none doubled, none elsewhere, and each key keeps its order', async () => {
    const quick = quickAmp('sleep 0.5');
    const home = new CliHome({ amp, ampFolder: quick.dir });
    const threads = await Promise.all(
      KEYS.map(async (key) => {
        const texts = messagesOf(key, 1);
        const ended = await startInOrder(
          join(home.paths(key).writers, 'queue'),
          texts.map((text) => () => home.start(['send', '-k', key, '--json', text])),
        );
        expect(ended.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
          texts.map(() => ({ exitCode: 0, stderr: '' })),
        );
        const answers = ended.map(({ stdout }) => JSON.parse(stdout));
        expect(answers.map(({ answer }) => answer)).toEqual(texts.map((text) => `heard ${text}`));
        const [{ thread }] = answers;
        expect(quick.told(thread)).toBe(`${texts.join('\n')}\n`);
        return thread;
      }),
    );
    expect(new Set(threads).size).toBe(20);
  });
});
