import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { terminalIdentity } from '../../../shim/agent/terminal-identity.ts';
import type { StartConfig } from '../../../shim/environment/start.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { identifyProcess } from '../../../shim/system/processes.ts';
import { lastThreadFile } from '../../support/amp/records.ts';
import { known, record, switched } from '../../support/record.ts';
import { makeProgram } from '../../support/script.ts';
import { makeStart, type Start } from '../../support/start.ts';
import { A, B } from '../../support/thread-record.ts';
import { waitUntil } from '../../support/wait.ts';

const KEY = 'sgamp_canary_1';

let start: Start;
let home: string;
let config: StartConfig;
const amp: Start['amp'] = (cases) => start.amp(cases);

beforeEach(() => {
  start = makeStart();
  ({ home } = start);
  config = { ...start.config, secrets: [KEY] };
});

const launch = (sendPrompt: boolean, keepChat: boolean, ...agentArgs: string[]) => ({
  kind: 'launch',
  prompt: sendPrompt ? 'send' : 'none',
  keepChat,
  terminal: terminalIdentity(config.stateFolder, config.key),
  handOver: 'on stdin',
  agentArgs,
});

/** AgentAPI's state file with these user messages, saved this many seconds from now. */
function saveChat(messages: readonly string[], seconds: number): void {
  const file = config.agentApiStateFile ?? '';
  const said = messages.map((message) => ({ role: 'user', message }));
  const prompt = { initial_prompt: 'fix it', initial_prompt_sent: true };
  writeFileSync(file, JSON.stringify({ version: 1, messages: said, ...prompt }));
  const at = new Date(Date.now() + seconds * 1000);
  utimesSync(file, at, at);
}

/** Has the last launch be this many seconds ago, as the machine counts them. */
function launchedBefore(seconds: number): void {
  const note = JSON.parse(readFileSync(start.paths.launch, 'utf8')) as { up: number };
  writeFileSync(start.paths.launch, JSON.stringify({ ...note, up: note.up - seconds * 1_000 }));
}

const promptsOf = () => start.session().active?.prompts;

describe('prepare', () => {
  it('cold, then warm', async () => {
    expect(await prepare(config, 'fix it')).toEqual(launch(true, true, 'threads', 'continue', A));
    start.ampHas(['fix it']);
    expect(await prepare(config, 'fix it')).toEqual(launch(false, true, 'threads', 'continue', A));
    expect(promptsOf()).toEqual([expect.objectContaining({ state: 'delivered' })]);
    // Queried once and remembered.
    start.ampHas([]);
    expect(await prepare(config, 'fix it')).toEqual(launch(false, true, 'threads', 'continue', A));
  });

  it.each([
    ['and Amp has it', ['fix it'], false],
    ['and Amp never got it', [], true],
  ])('I4: what the chat shows proves nothing: Amp is asked %s', async (_name, has, sends) => {
    await prepare(config, 'fix it');
    saveChat(['fix it'], 90);
    start.ampHas(has);
    const loaded = { ...launch(sends, true, 'threads', 'continue', A), handOver: 'typed' };
    expect(await prepare(config, 'fix it')).toEqual(loaded);
    expect(promptsOf()).toEqual([expect.objectContaining({ state: sends ? 'handed' : 'delivered' })]);
  });

  it.each([
    ['its chat shows the prompt', 90, 90, ['fix it'], 'delivered'],
    ['its chat shows it only since a moment before the stop', 30, 90, ['fix it'], 'handed'],
    ['its chat seems to show it for an hour, but the clock was set', 3_600, 5, ['fix it'], 'handed'],
    ['its chat does not show it', 90, 90, ['other'], 'handed'],
  ])('a thread that is left for another: %s', async (_name, saved, runs, said, state) => {
    await prepare(config, 'fix it');
    saveChat(said, saved);
    launchedBefore(runs);
    await record(start.paths, known(B), switched(A, B));
    expect(await prepare(config, '')).toEqual(launch(false, true, 'threads', 'continue', B));
    const session = start.session();
    expect(session.others.get(A)?.prompts).toEqual([expect.objectContaining({ state })]);
  });

  it('without persistence only the first run of a start gets the prompt, and nothing is recorded', async () => {
    const off = { ...config, persistence: false };
    const unfollowed = (sendPrompt: boolean) => ({ ...launch(sendPrompt, false), terminal: null });
    expect(await prepare(off, 'fix it')).toEqual(unfollowed(true));
    expect(await prepare({ ...off, run: 2 }, 'fix it')).toEqual(unfollowed(false));
    expect(readdirSync(start.paths.folder).filter((name) => /history|store/.test(name))).toEqual([]);
  });

  it('keeps unrecognized output of `threads new`, and no secret in its log', async () => {
    amp({ 'threads new': `echo "Created ${A} with key ${KEY}"; exit 1` });
    expect(await prepare(config, '')).toEqual(launch(false, true));
    expect(await prepare(config, '')).toEqual(launch(false, true));
    const kept = readdirSync(start.paths.folder).filter((name) => name.startsWith('new-thread.'));
    // Once, however often Amp returns it.
    expect(kept.map((name) => readFileSync(join(start.paths.folder, name), 'utf8'))).toEqual([
      `Created ${A} with key ***\n`,
    ]);
    const said = start.said();
    expect(said).not.toContain(KEY);
    expect(said).toContain('***');
  });

  it('kills a hanging amp and everything it started', async () => {
    amp({ 'threads new': 'sleep 1000 & echo $! >"$0.child"; wait; true' });
    expect(await prepare(config, '')).toEqual(launch(false, true));
    const child = Number(readFileSync(join(home, 'bin/amp.child'), 'utf8'));
    await waitUntil('the child', async () => ({ done: identifyProcess(child) === null, seen: child }));
  });

  it('I9: without a readable record the agent starts, without the prompt and without another thread’s chat', async () => {
    await prepare(config, 'fix it');
    for (const path of [start.paths.snapshot, start.paths.history]) {
      rmSync(path);
      mkdirSync(path);
    }
    expect(await prepare(config, 'fix it')).toEqual(launch(false, false));
    expect(start.said()).toContain('Nothing recorded before was changed');
  });

  it('I3, I9: when nothing can be written, the known thread is continued', async () => {
    await prepare(config, 'fix it');
    rmSync(start.paths.history);
    mkdirSync(start.paths.history);
    expect(await prepare(config, 'fix it')).toEqual(launch(false, true, 'threads', 'continue', A));
  });

  it('I10: sets a malformed record aside under a telling name and carries on', async () => {
    await prepare(config, '');
    writeFileSync(start.paths.snapshot, '{"version": "what"}');
    expect(await prepare(config, '')).toEqual(launch(false, true, 'threads', 'continue', A));
    const aside = readdirSync(start.paths.folder).filter((name) => name.startsWith('store.unreadable-'));
    expect(aside.map((name) => readFileSync(join(start.paths.folder, name), 'utf8'))).toEqual([
      '{"version": "what"}',
    ]);
    expect(start.said()).toContain(aside[0]);
  });

  it('refuses while another start script runs the agent, but not because of a reused PID', async () => {
    const other = spawn('sleep', ['1000']);
    try {
      await prepare({ ...config, runnerPid: other.pid ?? 0 }, '');
      expect(await prepare(config, '')).toMatchObject({
        kind: 'refuse',
        why: expect.stringContaining(String(other.pid)),
      });
    } finally {
      other.kill();
    }
    const runner = { pid: process.ppid, started: 1, quickFailures: 0, persistence: true };
    writeFileSync(start.paths.runner, JSON.stringify(runner));
    expect(await prepare(config, '')).toMatchObject({ kind: 'launch' });
  });

  it.each([
    ['this module', 'mine', 'refuse'],
    ['another module', 'other', 'launch'],
  ])('recognizes a running AgentAPI of %s by its pid file', async (_name, owner, expected) => {
    const pidFile = config.agentApiPidFile ?? '';
    makeProgram(join(home, 'bin/agentapi'), 'echo up; exec 1>&-; sleep 1000');
    const server = spawn(join(home, 'bin/agentapi'), ['server'], {
      env: { ...process.env, AGENTAPI_PID_FILE: owner === 'mine' ? pidFile : '/elsewhere.pid' },
      detached: true,
    });
    try {
      await new Promise((resolve) => server.stdout.once('data', resolve));
      writeFileSync(pidFile, `${server.pid}\n`);
      expect(await prepare(config, '')).toMatchObject({ kind: expected });
    } finally {
      // With its `sleep`.
      if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
    }
  });

  it('I4: sends a changed prompt that did not arrive, alongside an earlier one that did', async () => {
    await prepare(config, 'first');
    await prepare({ ...config, run: 2 }, 'second');
    start.ampHas(['first']);
    expect(await prepare({ ...config, run: 3 }, 'second')).toEqual(
      launch(true, true, 'threads', 'continue', A),
    );
  });

  it('keeps the title that comes with the messages', async () => {
    await prepare(config, 'first');
    const title = 'Fix the login page';
    start.ampHas([], title);
    await prepare({ ...config, run: 2 }, 'first');
    expect(start.session().active).toMatchObject({ name: null, title });
  });

  it('does not take a person’s thread for the agent’s', async () => {
    amp({ 'threads new': 'exit 1' });
    await prepare(config, 'fix it');
    mkdirSync(join(home, '.local/share/amp/last-threads'), { recursive: true });
    writeFileSync(lastThreadFile(home, config.workdir), JSON.stringify(B));
    start.ampHas(['a question of mine']);
    expect(await prepare(config, 'fix it')).toEqual(launch(true, true, 'threads', 'continue', A));
    expect(start.session().active).toMatchObject({ thread: A, origin: 'new' });
  });
});

it('a prompt that the template goes back to is not sent again, and the log says so', async () => {
  const had: string[] = [];
  for (const prompt of ['first', 'second', 'second']) {
    await prepare(config, prompt);
    if (!had.includes(prompt)) had.push(prompt);
    start.ampHas(had);
  }
  expect(start.said()).not.toContain('sent again');
  expect(await prepare(config, 'first')).toMatchObject({ prompt: 'none' });
  expect(start.said()).toContain("had this prompt before its latest one, so it isn't sent again");
});
