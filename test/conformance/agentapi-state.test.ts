// What happens to AgentAPI's state file across a stop and a start, with the real binary or the stand-in.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, vi } from 'vitest';
import { agentapiKind } from '../support/agentapi/agentapi.ts';
import { test } from '../support/agentapi/bench.ts';
import { FIRST, readEcho, typed, waitForEcho } from '../support/agentapi/echo-record.ts';
import { savedChat } from '../support/agentapi/saved-chat.ts';
import { HANG_MS } from '../support/limits.ts';

const texts = (messages: readonly { role: string; content: string }[]): string[] =>
  messages.map(({ role, content }) => `${role}: ${content.trim()}`);

describe.concurrent(`the state file (${agentapiKind()})`, () => {
  test('is written on SIGUSR1, and again only when something changed', async ({ bench }) => {
    const server = await bench.serve({ stdin: 'a <b> & "c"', flags: bench.stateFlags });
    expect(existsSync(bench.state)).toBe(false);
    server.kill('SIGUSR1');
    await vi.waitFor(() => expect(bench.readState()).toMatchObject({ initial_prompt_sent: true }), HANG_MS);
    const first = statSync(bench.state);
    expect(first.mode & 0o777).toBe(0o600);
    expect(readFileSync(bench.state, 'utf8')).toContain(
      '"initial_prompt":"a \\u003cb\\u003e \\u0026 \\"c\\""',
    );
    expect(readFileSync(bench.state, 'utf8').endsWith('}\n')).toBe(true);
    expect(existsSync(`${bench.state}.tmp`)).toBe(false);
    server.kill('SIGUSR1');
    await vi.waitFor(() => expect(server.log()).toContain('Skipping state save: no changes'), HANG_MS);
    await server.stop();
    expect(statSync(bench.state).ino, 'not written again').toBe(first.ino);
  });

  test('restores the chat across a stop and a start', async ({ bench }) => {
    const before = await bench.serve({ stdin: 'hello', flags: bench.stateFlags });
    await before.client.send('and again');
    await before.client.waitForStatus('stable');
    const messages = await before.client.messages();
    await before.stop();
    const saved = readFileSync(bench.state, 'utf8');
    expect(bench.readState().messages.map(({ role }) => role)).toEqual([
      'agent',
      'user',
      'agent',
      'user',
      'agent',
    ]);

    const after = await bench.serve({ flags: bench.stateFlags });
    expect(await after.client.messages()).toEqual(messages);
    expect(readEcho(bench.record).input).toBe(FIRST);
    await after.stop();
    expect(readFileSync(bench.state, 'utf8')).toBe(saved);
  });

  test.for([
    ['the same, sent', savedChat('hello', true), 'hello', null],
    ['the same with white space around it, sent', savedChat('hello', true), '\n hello \n', null],
    ['the same, not sent', savedChat('hello', false), 'hello', 'hello'],
    ['another', savedChat('hello', true), 'something else', 'something else'],
    ['none, the old one sent', savedChat('hello', true), null, null],
    ['none, the old one not sent', savedChat('hello', false), null, 'hello'],
    ['one, the old chat had none', savedChat('', false), 'hello', 'hello'],
  ] as const)('with a prompt that is %s', async ([, state, stdin, sent], { bench }) => {
    bench.writeState(state);
    const { client, stop } = await bench.serve({ stdin, flags: bench.stateFlags });
    // The state's own prompt is typed verbatim, not pasted.
    const keys = sent === null ? '' : stdin === null ? `${sent}\r` : typed(sent);
    expect(readEcho(bench.record).input).toBe(FIRST + keys);
    const [welcome, question, answer, ...more] = texts(await client.messages());
    expect([welcome, question, answer]).toEqual([
      'agent: Welcome back then',
      'user: earlier question',
      'agent: earlier answer',
    ]);
    expect(more).toEqual(sent === null ? [] : [`user: ${sent}`, expect.stringMatching(/^agent: Answer/)]);
    await stop();
    expect(bench.readState()).toMatchObject(
      sent === null ? state : { initial_prompt: sent, initial_prompt_sent: true },
    );
  });

  test.for([
    ['no JSON', 'not json at all'],
    ['cut short', JSON.stringify(savedChat('hello', true)).slice(0, -20)],
    ['empty', ''],
    ['of another version', JSON.stringify({ ...savedChat('hello', true), version: 2 })],
  ] as const)('that is %s is reported and ignored, then overwritten', async ([, content], { bench }) => {
    bench.writeState(content);
    const { client, stop } = await bench.serve({ stdin: 'hello', flags: bench.stateFlags });
    expect(readEcho(bench.record).input, 'sent again').toBe(FIRST + typed('hello'));
    expect(texts(await client.messages())).toContain('user: hello');
    expect((await stop()).stdout).toContain('Failed to load state');
    expect(bench.readState()).toMatchObject({ initial_prompt: 'hello', initial_prompt_sent: true });
  });

  test('says that the prompt was sent as soon as it is queued', async ({ bench }) => {
    const server = await bench.start({ stdin: 'hello', flags: bench.stateFlags });
    await server.client.waitUntilAnswers();
    await waitForEcho(bench.record, (echo) => echo.input !== '');
    await vi.waitFor(() => {
      server.kill('SIGUSR1');
      expect(bench.readState().initial_prompt_sent).toBe(true);
    }, HANG_MS);
    expect(readEcho(bench.record).input, 'nothing is typed yet').toBe(FIRST);
    expect(bench.readState().messages.map(({ role }) => role)).toEqual(['agent']);
    await server.stop();
    expect(readEcho(bench.record).input, 'and never was').toBe(FIRST);

    await bench.serve({ stdin: 'hello', flags: bench.stateFlags });
    expect(readEcho(bench.record).input, 'nor is at the next start').toBe(FIRST);
  });

  test('is loaded over a blank screen as if that were an input box', async ({ bench }) => {
    bench.writeState(savedChat('hello', true));
    const server = await bench.start({ stdin: 'next', flags: bench.stateFlags, agent: ['--blank'] });
    await vi.waitFor(() => expect(server.log()).toContain('Successfully loaded state'), HANG_MS);
    await vi.waitFor(() => {
      server.kill('SIGUSR1');
      expect(bench.readState()).toMatchObject({ initial_prompt: 'next', initial_prompt_sent: true });
    }, HANG_MS);
    expect(texts(await server.client.messages())).toContain('agent: earlier answer');
  });

  test.for(['agent fails', 'server is stopped'] as const)(
    'is lost when the %s before there is an input box',
    async (how, { bench }) => {
      const server = await bench.serveUnready({ agent: ['--exit', '1'] }, savedChat('hello', true));
      if (how === 'agent fails') await bench.signalAgent();
      else server.kill('SIGTERM');
      await server.ended;
      const { messages, initial_prompt, initial_prompt_sent } = bench.readState();
      // With AgentAPI's first key stroke, where the terminal echoed it.
      expect(messages.map(({ message }) => message)).toEqual([
        expect.stringContaining('Thread T-0 does not exist.'),
      ]);
      expect({ initial_prompt, initial_prompt_sent }).toEqual({
        initial_prompt: '',
        initial_prompt_sent: false,
      });
    },
  );

  test.for([
    ['flags', ['--save-state=false'], {}],
    ['a variable', [], { AGENTAPI_SAVE_STATE: 'false' }],
  ] as const)('is loaded and not written when %s say so', async ([, flags, env], { bench }) => {
    bench.writeState(savedChat('hello', true));
    const saved = readFileSync(bench.state, 'utf8');
    const { client, stop } = await bench.serve({
      stdin: 'more',
      flags: [...bench.stateFlags, ...flags],
      env,
    });
    expect(texts(await client.messages()).slice(2, 4)).toEqual(['agent: earlier answer', 'user: more']);
    await stop();
    expect(readFileSync(bench.state, 'utf8')).toBe(saved);
  });

  test('is written and not loaded when flags say so', async ({ bench }) => {
    bench.writeState(savedChat('hello', true));
    const { client, stop } = await bench.serve({
      stdin: 'hello',
      flags: [...bench.stateFlags, '--load-state=false'],
    });
    expect(texts(await client.messages()).slice(0, 2)).toEqual([
      'agent: Welcome to the echo agent',
      'user: hello',
    ]);
    await stop();
    expect(bench.readState().messages).toHaveLength(3);
  });

  test("accepts the module's variables", async ({ bench }) => {
    const env = {
      AGENTAPI_STATE_FILE: bench.state,
      AGENTAPI_SAVE_STATE: 'true',
      AGENTAPI_LOAD_STATE: 'true',
      AGENTAPI_PID_FILE: bench.pidFile,
      AGENTAPI_CHAT_BASE_PATH: '/@me/workspace/apps/amp/chat',
      AGENTAPI_ALLOWED_HOSTS: '*',
    };
    const before = await bench.serve({ stdin: 'hello', env });
    expect(readFileSync(bench.pidFile, 'utf8')).toBe(`${before.pid}\n`);
    await before.stop();
    const after = await bench.serve({ stdin: 'hello', env });
    expect(readEcho(bench.record).input).toBe(FIRST);
    expect(texts(await after.client.messages())).toContain('user: hello');
  });
});
