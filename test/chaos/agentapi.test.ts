// The schedules' quick AgentAPI against AgentAPI itself (the real binary or the stand-in): given the same
// prompt and state file, both must send the agent the same input and leave the same state.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { agentapiKind } from '../support/agentapi/agentapi.ts';
import { type Bench, type SavedState, test } from '../support/agentapi/bench.ts';
import { readEcho } from '../support/agentapi/echo-record.ts';
import { savedChat } from '../support/agentapi/saved-chat.ts';
import { AmpServers } from '../support/chaos/amp-servers.ts';
import { buildPrograms, type Programs } from '../support/chaos/crash-build.ts';
import type { AmpMood } from '../support/chaos/schedule.ts';

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms(null);
});
afterAll(() => programs.dispose());

const THREAD = 'T-aaaaaaaa-0000-4000-8000-000000000000';

/**
 * The outcome of a run of AgentAPI. `state` is what it left behind: the user's messages and the prompt with
 * its flag.
 */
type Result = { readonly typed: readonly string[]; readonly state: unknown; readonly pidFile: string | null };

describe.concurrent(`the quick AgentAPI and AgentAPI (${agentapiKind()})`, () => {
  test.for([
    ['no state, no prompt', null, null],
    ['no state, a prompt', null, 'hello'],
    ['a prompt of several lines with white space around it', null, '\n first\n\tsecond \n'],
    ['the same prompt, sent', savedChat('hello', true), 'hello'],
    ['the same prompt, not sent', savedChat('hello', false), 'hello'],
    ['another prompt', savedChat('hello', true), 'something else'],
    ['no prompt, the old one sent', savedChat('hello', true), null],
    ['no prompt, the old one not sent', savedChat('hello', false), null],
    ['a prompt, the old chat had none', savedChat('', false), 'hello'],
    ['no JSON', 'not json at all', 'hello'],
    ['another version', JSON.stringify({ ...savedChat('hello', true), version: 2 }), 'hello'],
  ] as const)('%s', async ([, state, stdin], { bench }) => {
    expect(await quick(state, stdin)).toEqual(await reference(bench, state, stdin));
  });

  test('an agent that fails before it is ready: the old chat is overwritten', async ({ bench }) => {
    const server = await bench.serveUnready(
      { stdin: 'hello', agent: ['--exit', '1'] },
      savedChat('old', true),
    );
    await bench.signalAgent();
    await server.ended;
    const { typed, state } = await quick(savedChat('old', true), 'hello', 'offline');
    expect({ typed, state }).toEqual({ typed: [], state: essence(bench.state) });
  });
});

async function reference(
  bench: Bench,
  state: SavedState | string | null,
  stdin: string | null,
): Promise<Result> {
  if (state !== null) bench.writeState(state);
  const server = await bench.serve({ stdin, flags: [...bench.stateFlags, '--pid-file', bench.pidFile] });
  const pidFile = readFileSync(bench.pidFile, 'utf8').trim() === String(server.pid) ? 'its own' : null;
  await server.stop();
  // Between the keystrokes that AgentAPI adds: ' \b' at first, 'x\b' and the paste markers around a prompt.
  const { input } = readEcho(bench.record);
  const typed = input.slice(' \b'.length).split('\r').filter(Boolean);
  return {
    typed: typed.map((keys) => keys.replace('x\b\x1b[200~', '').replace('\x1b[201~', '')),
    state: essence(bench.state),
    pidFile,
  };
}

async function quick(
  state: SavedState | string | null,
  stdin: string | null,
  mood: AmpMood = 'ok',
): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), 'amp-chaos-agentapi-'));
  try {
    const path = join(root, 'state.json');
    const pidPath = join(root, 'agentapi.pid');
    if (state !== null) writeFileSync(path, typeof state === 'string' ? state : JSON.stringify(state));
    const amp = new AmpServers(join(root, 'amp'));
    amp.setMood(mood);
    const lastThread = join(root, 'record/last.json');
    mkdirSync(dirname(lastThread));
    const flags = ['--type', 'amp', '--state-file', path, '--pid-file', pidPath];
    const server = execa('agentapi', ['server', ...flags, '--', 'amp', 'threads', 'continue', THREAD], {
      env: { HOME: root, PATH: programs.path, CHAOS_AMP: amp.folder, CHAOS_LAST_THREAD: lastThread },
      extendEnv: false,
      input: stdin ?? '',
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      reject: false,
    });
    let pidFile: string | null = null;
    for await (const line of server.iterable({ from: 'fd3' })) {
      if (!line.includes('"at":"rest"')) continue;
      pidFile = readFileSync(pidPath, 'utf8').trim() === String(server.pid) ? 'its own' : null;
      server.kill('SIGTERM');
    }
    await server;
    return { typed: amp.received(THREAD), state: essence(path), pidFile };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function essence(path: string): unknown {
  const { messages, initial_prompt, initial_prompt_sent }: SavedState = JSON.parse(
    readFileSync(path, 'utf8'),
  );
  const users = messages.filter(({ role }) => role === 'user').map(({ message }) => message);
  return { users, initial_prompt, initial_prompt_sent };
}
