// How the initial prompt and user messages reach the agent, through the real AgentAPI or the stand-in.
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, vi } from 'vitest';
import { agentapiKind } from '../support/agentapi/agentapi.ts';
import { test } from '../support/agentapi/bench.ts';
import { FIRST, readEcho, typed, waitForEcho } from '../support/agentapi/echo-record.ts';
import { HANG_MS } from '../support/limits.ts';

const PROMPTS: readonly (readonly [string, string])[] = [
  ['plain words', 'Fix the failing test'],
  ['quotes', `it's "quoted" and \\escaped\\`],
  ['what a shell would run', '$(touch pwned) `touch pwned` $HOME %s !! && ; | > out'],
  ['several lines', 'first\n\n  second\n\tthird'],
  ['line ends of Windows', 'first\r\nsecond'],
  ['a leading dash', '--help -x -- $0'],
  ['characters outside of ASCII', 'grüße 🧵👩‍👩‍👧 \u00a0 \u2028 日本語'],
  ['100 KB', 'All work and no play makes Jack a dull boy.\n'.repeat(2330).trim()],
];

describe.concurrent(`the initial prompt (${agentapiKind()})`, () => {
  test.for(PROMPTS)('%s: typed byte for byte, once', async ([, prompt], { bench }) => {
    const { client } = await bench.serve({ stdin: prompt });
    expect(readEcho(bench.record).input).toBe(FIRST + typed(prompt));
    const mine = (await client.messages()).filter(({ role }) => role === 'user');
    expect(mine.map(({ content }) => content)).toEqual([prompt]);
  });

  test('surrounding white space is trimmed, but not what only JavaScript counts as white space', async ({
    bench,
  }) => {
    await bench.serve({ stdin: ' \t\r\n\f\v\u00a0hello\u00a0\n\n' });
    expect(readEcho(bench.record).input).toBe(`${FIRST}${typed('\u00a0hello\u00a0')}`);
  });

  test.for([
    ['/dev/null', null],
    ['an empty file', ''],
  ] as const)('%s counts as no prompt: nothing is typed', async ([, stdin], { bench }) => {
    const { client } = await bench.serve({ stdin });
    expect(readEcho(bench.record).input).toBe(FIRST);
    expect((await client.messages()).map(({ role }) => role)).toEqual(['agent']);
  });

  test('white space alone is typed as an empty message', async ({ bench }) => {
    await bench.serve({ stdin: ' \n' });
    expect(readEcho(bench.record).input).toBe(FIRST + typed(''));
  });

  test('an open pipe is read to EOF before anything starts', async ({ bench }) => {
    const pipe = new PassThrough();
    const { client } = await bench.start({ stdin: { pipe } });
    pipe.write('one ');
    // Silence can only be watched for so long; on a slow machine this sees less, but never fails wrongly.
    await pause(1500);
    await expect(client.status()).rejects.toThrow();
    expect(readEcho(bench.record).started).toBeNull();
    pipe.end('two');
    await client.waitUntilAnswers();
    await waitForEcho(bench.record, ({ input }) => input === FIRST + typed('one two'));
  });

  test('with a flag or variable, standard input is not read', async ({ bench }) => {
    const pipe = new PassThrough();
    await bench.serve({ stdin: { pipe }, flags: ['-I', 'by flag'] });
    expect(readEcho(bench.record).input).toBe(FIRST + typed('by flag'));
    await bench.serve({ stdin: { pipe }, env: { AGENTAPI_INITIAL_PROMPT: 'by variable' } });
    expect(readEcho(bench.record).input).toBe(FIRST + typed('by variable'));
  });

  test('is typed when the input box appears, not before', async ({ bench }) => {
    const { client } = await bench.serveUnready({ stdin: 'hello' }, null);
    await client.waitForStatus('stable');
    expect((await waitForEcho(bench.record, ({ input }) => input !== '')).input).toBe(FIRST);
    await bench.signalAgent();
    await waitForEcho(bench.record, (echo) => echo.input === FIRST + typed('hello'));
  });
});

describe.concurrent(`the chat before anything is typed (${agentapiKind()})`, () => {
  test.for([
    ['a blank screen', '--blank', ''],
    ['a line of text', '--hold', 'Thread T-0 does not exist.'],
  ] as const)('%s', async ([, option, said], { bench }) => {
    const { client } = await bench.start({ agent: [option] });
    await client.waitUntilAnswers();
    await client.waitForStatus('stable');
    expect((await client.messages()).map(({ content }) => content.trim())).toEqual([said]);
  });
});

describe.concurrent(`messages (${agentapiKind()})`, () => {
  test('are typed like the prompt, and listed with the answers', async ({ bench }) => {
    const { client } = await bench.start({ stdin: 'hello', agent: ['--think'] });
    const heard = (text: string) => waitForEcho(bench.record, ({ input }) => input.endsWith(typed(text)));
    await client.waitUntilAnswers();
    await bench.signalAgent();
    await heard('hello');
    await bench.signalAgent();
    await client.waitForStatus('stable');
    await client.send('  how are you?\n');
    expect((await client.status()).status, 'until it has answered').toBe('running');
    await bench.signalAgent();
    await client.waitForStatus('stable');
    expect(readEcho(bench.record).input).toBe(FIRST + typed('hello') + typed('how are you?'));
    const messages = await client.messages();
    expect(messages.map(({ id, role, content }) => [id, role, content.trim()])).toEqual([
      [0, 'agent', 'Welcome to the echo agent'],
      [1, 'user', 'hello'],
      [2, 'agent', expect.stringMatching(/^Answer 1: [0-9a-f]{8}$/)],
      [3, 'user', 'how are you?'],
      [4, 'agent', expect.stringMatching(/^Answer 3: [0-9a-f]{8}$/)],
    ]);
  });

  test('of white space alone, or while the agent is busy, are refused', async ({ bench }) => {
    const { client } = await bench.start({ agent: ['--think'] });
    await client.waitUntilAnswers();
    await expect(client.send('too early')).rejects.toThrow(
      'only be sent when the agent is waiting for user input',
    );
    await expect(client.send(' \n')).rejects.toMatchObject({ status: 500, message: /must not be empty/ });
    await bench.signalAgent();
    await client.waitForStatus('stable');
    expect(readEcho(bench.record).input).toBe(FIRST);
  });

  test('of a type other than user or raw are refused', async ({ bench }) => {
    const { client, port } = await bench.start();
    await client.waitUntilAnswers();
    expect(await post(port, '{"content":"x","type":"other"}')).toBe(422);
    expect(await post(port, '{"content":"x"')).toBe(400);
  });

  test('of type raw are keystrokes and not listed', async ({ bench }) => {
    const { client, port } = await bench.serve();
    expect(await post(port, JSON.stringify({ content: '\x1b[A ', type: 'raw' }))).toBe(200);
    await waitForEcho(bench.record, ({ input }) => input === `${FIRST}\x1b[A `);
    expect((await client.messages()).map(({ role }) => role)).toEqual(['agent']);
  });

  test('sent to a stable screen without an input box block every request until there is one', async ({
    bench,
  }) => {
    const { client } = await bench.serveUnready({}, null);
    await client.waitForStatus('stable');
    const sent = client.send('hello');
    let held: Promise<unknown> = Promise.resolve();
    // The first ones may overtake the message.
    await vi.waitFor(async () => {
      held = client.status();
      expect(await Promise.race([held.then(() => 'answered'), pause(1000).then(() => 'nothing')])).toBe(
        'nothing',
      );
    }, HANG_MS);
    await bench.signalAgent();
    await Promise.all([sent, held]);
    expect(readEcho(bench.record).input).toBe(FIRST + typed('hello'));
  });
});

async function post(port: number, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`http://127.0.0.1:${port}/message`, { method: 'POST', headers, body })).status;
}
