// AgentAPI as a process: what it answers and when, and how it ends. Runs against the real binary if there is
// one, otherwise the stand-in (agentapiKind); both must pass every test.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, vi } from 'vitest';
import { agentapiDir, agentapiKind } from '../support/agentapi/agentapi.ts';
import { test } from '../support/agentapi/bench.ts';
import { readEcho, waitForEcho } from '../support/agentapi/echo-record.ts';
import { HANG_MS } from '../support/limits.ts';
import { listen } from '../support/ports.ts';

const kind = agentapiKind();

describe.concurrent(`AgentAPI as a process (${kind})`, () => {
  test('reports its version in the format the module parses', async () => {
    const { stdout } = await execa(join(agentapiDir(), 'agentapi'), ['--version']);
    expect(stdout).toMatch(/^agentapi version 0\.(1[2-9]|[2-9]\d)\.\d+$/);
  });

  test('gives the agent a terminal of the requested size and a first keystroke', async ({ bench }) => {
    await bench.start({ flags: ['--term-width', '67', '--term-height', '1190'] });
    const { started, input } = await waitForEcho(bench.record, (echo) => echo.input !== '');
    expect(started).toMatchObject({ columns: 67, rows: 1190, term: 'vt100' });
    expect(input).toBe(' \b');
  });

  test('answers before the agent is ready, and calls any unchanging screen stable', async ({ bench }) => {
    const { client } = await bench.start({ agent: ['--hold'] });
    const first = await client.waitUntilAnswers();
    expect(first).toMatchObject({ status: 'running', agent_type: 'amp', transport: 'pty' });
    await client.waitForStatus('stable');
    expect((await client.messages())[0]?.content).toContain('Thread T-0 does not exist.');
  });

  test('shows the screen to whoever attaches, and how it changes', async ({ bench }) => {
    const { client } = await bench.serve();
    const seen: string[] = [];
    const changed = client.waitForScreen((screen) => {
      if (seen.push(screen) === 1) void client.type('hello\r');
      return screen.includes('> hello');
    });
    await changed;
    expect(seen[0]).toContain('Welcome to the echo agent');
  });

  test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s interrupts the agent and ends it with status 0',
    async (signal, { bench }) => {
      const server = await bench.start({ flags: ['--pid-file', bench.pidFile] });
      await server.client.waitUntilAnswers();
      await waitForEcho(bench.record, (echo) => echo.input !== '');
      server.kill(signal);
      expect((await server.ended).exitCode).toBe(0);
      expect(readEcho(bench.record).signals).toEqual(['SIGINT']);
      expect(existsSync(bench.pidFile)).toBe(false);
    },
  );

  test('kills an agent that ignores the interrupt', async ({ bench }) => {
    const server = await bench.start({ agent: ['--deaf'] });
    await server.client.waitUntilAnswers();
    const { started } = await waitForEcho(bench.record, (echo) => echo.input !== '');
    if (started === null) throw new Error('The agent took input before it started.');
    const begin = performance.now();
    expect((await server.stop()).exitCode).toBe(0);
    expect(performance.now() - begin).toBeGreaterThan(4500);
    // It is not waited for once killed.
    await vi.waitFor(() => expect(() => process.kill(started.pid, 0)).toThrow('ESRCH'), HANG_MS);
  });

  test('ends with status 0 when the agent does', async ({ bench }) => {
    const server = await bench.serve();
    await server.client.send('exit 0').catch(() => {});
    expect(await server.ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('ends with status 1 and the last screen when the agent fails', async ({ bench }) => {
    const server = await bench.start({ agent: ['--exit', '3'] });
    await vi.waitFor(
      async () => expect((await server.client.messages())[0]?.content).toContain('T-0 does not'),
      HANG_MS,
    );
    await bench.signalAgent();
    const { exitCode, stderr } = await server.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/========\n.*Thread T-0 does not exist\.\s*\n\s*========/);
  });

  test('ends with status 1 when the port is taken, taking the agent and the pid file with it', async ({
    bench,
  }) => {
    const other = createServer();
    const port = await listen(other);
    const flags = ['--pid-file', bench.pidFile, ...bench.stateFlags];
    const { exitCode, stderr } = await (await bench.start({ port, flags })).ended;
    await new Promise((resolve) => other.close(resolve));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/address already in use/i);
    expect(existsSync(bench.pidFile)).toBe(false);
    expect(existsSync(bench.state)).toBe(false);
  });

  test('answers only to the allowed host names', async ({ bench }) => {
    const { client, port } = await bench.start();
    const { client: open, port: openPort } = await bench.start({ env: { AGENTAPI_ALLOWED_HOSTS: '*' } });
    await client.waitUntilAnswers();
    await open.waitUntilAnswers();
    expect(await statusUnder('evil.example', port)).toBe(400);
    expect(await statusUnder(`localhost:${port}`, port)).toBe(200);
    expect(await statusUnder('evil.example', openPort)).toBe(200);
  });
});

describe.concurrent(`AgentAPI's pid file (${kind})`, () => {
  test('holds its PID, readable by nobody else', async ({ bench }) => {
    const server = await bench.start({ flags: ['--pid-file', bench.pidFile] });
    await server.client.waitUntilAnswers();
    expect(readFileSync(bench.pidFile, 'utf8')).toBe(`${server.pid}\n`);
    expect(statSync(bench.pidFile).mode & 0o777).toBe(0o600);
  });

  test('keeps it from starting while any process has the recorded PID', async ({ bench }) => {
    const stranger = String(process.pid);
    bench.writePidFile(stranger);
    const { exitCode, stderr } = await (await bench.start({ flags: ['--pid-file', bench.pidFile] })).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`another instance is already running with PID ${stranger}`);
    expect(readFileSync(bench.pidFile, 'utf8')).toBe(stranger);
    expect(readEcho(bench.record).started).toBeNull();
  });

  test.for([
    ['a process that is gone', () => deadPid()],
    ['no number', () => Promise.resolve('not a pid')],
    ['nothing', () => Promise.resolve('')],
  ] as const)('is overwritten when it names %s', async ([, content], { bench }) => {
    bench.writePidFile(await content());
    const server = await bench.start({ flags: ['--pid-file', bench.pidFile] });
    await server.client.waitUntilAnswers();
    expect(readFileSync(bench.pidFile, 'utf8')).toBe(`${server.pid}\n`);
  });

  test("is left behind when the agent's executable is missing", async ({ bench }) => {
    const flags = ['server', '--type', 'amp', '--pid-file', bench.pidFile, '--', 'no-such-agent'];
    const { exitCode } = await execa(join(agentapiDir(), 'agentapi'), flags, {
      stdin: 'ignore',
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(existsSync(bench.pidFile)).toBe(true);
  });
});

describe.concurrent(`AgentAPI's flags (${kind})`, () => {
  test.for([
    ['loading without a file', ['--load-state'], {}, '--load-state requires --state-file'],
    ['saving without a file', ['--save-state'], {}, '--save-state requires --state-file'],
    [
      'loading without a file, by variable',
      [],
      { AGENTAPI_LOAD_STATE: 'true' },
      '--load-state requires --state-file',
    ],
    ['a terminal too narrow', ['--term-width', '9'], {}, 'term width must be at least 10'],
    ['an agent that it does not know', ['--type', 'bogus'], {}, 'invalid agent type: bogus'],
    ['a flag that it does not know', ['--bogus'], {}, 'unknown flag: --bogus'],
  ] as const)('%s is refused', async ([, flags, env, reason]) => {
    const args = ['server', ...flags, '--', 'amp'];
    const options = { env, stdin: 'ignore', reject: false, all: true } as const;
    const { exitCode, all } = await execa(join(agentapiDir(), 'agentapi'), args, options);
    expect(exitCode).toBe(1);
    expect(all).toContain(reason);
  });
});

/** The PID of a process that has ended. */
async function deadPid(): Promise<string> {
  const child = execa('true');
  const { pid } = child;
  await child;
  return `${pid}\n`;
}

/** The HTTP status of GET /status under a host name that fetch would not send. */
function statusUnder(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/status', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}
