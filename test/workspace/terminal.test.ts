// Without AgentAPI (enable_agentapi = false): the real Amp in a terminal app of the dashboard.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openerOf } from '../../shim/agent/opener.ts';
import { isReady } from '../support/amp/screen.ts';
import { session } from '../support/cli/agent.ts';
import { makeProgram } from '../support/script.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { waitUntil } from '../support/wait.ts';
import type { WorkspaceOptions } from '../support/workspace/environment.ts';
import { processesOf } from '../support/workspace/machine.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { historyOf, messagesAt, threadHas, useFixture } from './fixture.ts';

const fixture = useFixture();

/** A workspace without AgentAPI, whose image has these programs. */
const terminalWorkspace = (
  tools: readonly string[],
  { inputs, ...options }: Partial<WorkspaceOptions> = {},
): Promise<Workspace> =>
  fixture().workspace({
    ...options,
    tools,
    inputs: { enable_agentapi: false, agentapi_port: null, ...inputs },
  });

/** Opens the app in one more tab of the browser, closed after the test at the latest. */
function tab(dev: Workspace): Terminal {
  const terminal = dev.openApp();
  onTestFinished(() => terminal.close());
  return terminal;
}

async function openTab(dev: Workspace): Promise<Terminal> {
  const terminal = tab(dev);
  await terminal.until(isReady);
  return terminal;
}

/** A terminal of the workspace in which somebody runs a command. */
function shell(dev: Workspace, command: string): Terminal {
  const terminal = openTerminal('bash', ['-c', command], { cwd: dev.home, env: dev.env() });
  onTestFinished(() => terminal.close());
  return terminal;
}

async function type(terminal: Terminal, text: string): Promise<void> {
  await terminal.paste(text);
  await terminal.until((screen) => screen.includes(text));
}

async function say(terminal: Terminal, text: string): Promise<void> {
  await type(terminal, text);
  terminal.type('\r');
  await shows(terminal, `I heard: ${text}`);
}

const shows = (terminal: Terminal, text: string) => terminal.until((screen) => screen.includes(text));

/** The parent of a process; null for one that has just ended. */
function parentOf(pid: number): number | null {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return null;
  }
}

/**
 * The Amps that run, by what each continues. A program that an Amp is about to run is another Amp until then,
 * and doesn't count.
 */
function amps(dev: Workspace) {
  const found = processesOf(dev.home).filter(({ args }) => args[0] === 'amp');
  const pids = found.map(({ pid }) => pid);
  return found
    .map(({ pid, args }) => ({
      pid,
      parent: parentOf(pid),
      thread: args[args.indexOf('continue') + 1] ?? '',
    }))
    .filter(({ parent }) => parent !== null && !pids.includes(parent))
    .map(({ pid, thread }) => ({ pid, thread }));
}

/** Waits until no Amp runs. */
const ended = (dev: Workspace) =>
  waitUntil('the Amps', async () => ({ done: amps(dev).length === 0, seen: amps(dev) }));

async function activeThread(dev: Workspace): Promise<string> {
  const { thread } = (await session(dev, 'status')) as { thread: { thread: string } };
  return thread.thread;
}

it('cold start, message, closed tab, second tab, stop, warm start: the same thread, and no turn ends', async () => {
  const { amp } = fixture();
  const dev = await terminalWorkspace(['tmux']);
  const before = amp.threads.size;
  const { scripts } = await dev.start();
  expect(scripts.map(({ name, exitCode }) => [name, exitCode]).sort()).toEqual([
    ['amp_install', 0],
    ['amp_session', 0],
  ]);
  // Nothing runs, and no thread is made, before somebody opens the app.
  expect([amps(dev), amp.threads.size]).toEqual([[], before]);

  const first = await openTab(dev);
  const [running] = amps(dev);
  const thread = running?.thread ?? '';
  expect(amp.threads.has(thread)).toBe(true);
  expect(historyOf(dev)[0]).toMatchObject({ event: 'thread', thread, origin: 'new' });
  expect(await session(dev, 'status')).toMatchObject({
    thread: { thread, active: true, starts: 1 },
    agent: { state: 'running', thread, url: null },
    persistence: true,
  });
  await say(first, 'one');

  // The browser is closed in the middle of a turn.
  const endTurns = amp.holdTurns();
  onTestFinished(endTurns);
  await type(first, 'two');
  first.type('\r');
  await threadHas(amp, thread, ['one', 'two']);
  await first.close();
  endTurns();
  const second = await openTab(dev);
  await shows(second, 'I heard: two');
  expect(amps(dev)).toEqual([running]);

  // One more tab, and a terminal of the workspace, join it.
  const third = await openTab(dev);
  const joined = shell(dev, 'amp-session continue');
  await shows(joined, 'I heard: two');
  await say(third, 'three');
  await shows(second, 'I heard: three');
  await shows(joined, 'I heard: three');
  expect(amps(dev)).toEqual([running]);

  for (const { exitCode } of await dev.stop()) expect(exitCode).toBe(0);
  await dev.start();
  const warm = await openTab(dev);
  await shows(warm, 'I heard: three');
  expect(amps(dev)).toEqual([{ pid: expect.any(Number), thread }]);
  await say(warm, 'four');
  expect(messagesAt(amp, thread)).toEqual(['one', 'two', 'three', 'four']);
  expect(amp.threads.size).toBe(before + 1);
  expect(dev.agentapiProcesses()).toEqual([]);
});

it('in screen, where there is no tmux: Amp outlives its tab, and a second one joins it', async () => {
  const dev = await terminalWorkspace(['screen']);
  await dev.start();
  const first = await openTab(dev);
  await say(first, 'one');
  const running = amps(dev);
  await first.close();
  const second = await openTab(dev);
  await shows(second, 'I heard: one');
  const third = await openTab(dev);
  await say(third, 'two');
  await shows(second, 'I heard: two');
  expect(amps(dev)).toEqual(running);
});

/** Puts a `coder` on PATH that says yes to everything, and a firewall in the home folder that lets everything pass. */
const CODER = `#!/bin/bash
printf '#!/bin/bash\\necho "$*" >>"$HOME/calls"\\n' >"$CODER_SCRIPT_BIN_DIR/coder"
printf '#!/bin/bash\\n[[ $1 == -- ]] && echo confined "$2" >>"$HOME/calls"; shift; exec "$@"\\n' >"$HOME/firewall.sh"
chmod +x "$CODER_SCRIPT_BIN_DIR/coder" "$HOME/firewall.sh"
echo early
`;

/** Ends Amp as a person does. */
async function quit(dev: Workspace, terminal: Terminal): Promise<void> {
  terminal.type('\x03');
  await shows(terminal, 'Ctrl+C Quit');
  terminal.type('\x03');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(amps(dev)).toEqual([]);
}

it('without tmux and screen, says so; a second tab is refused, closing the first ends Amp, and the next continues the thread', async () => {
  const { amp } = fixture();
  const dev = await terminalWorkspace([]);
  await dev.start();
  const first = await openTab(dev);
  expect(first.raw()).toContain(
    'Neither tmux nor screen can be used here: closing this terminal ends Amp, and its turn with it.\r\n',
  );
  await say(first, 'one');
  const thread = await activeThread(dev);

  const refused = tab(dev);
  await shows(refused, 'Press Enter to close this terminal.');
  expect(refused.screen().replaceAll('\n', '')).toMatch(
    /already being run by process \d+, in another terminal; close it there first\./,
  );
  refused.type('\r');
  expect((await refused.ended).exitCode).toBe(1);
  const joining = shell(dev, 'amp-session continue');
  await joining.until((screen) =>
    screen.replaceAll('\n', '').includes('in another terminal; close it there first'),
  );

  // As Coder's agent ends the program of a closed tab.
  first.kill('SIGHUP');
  await ended(dev);
  const again = await openTab(dev);
  await shows(again, 'I heard: one');
  expect(amps(dev)).toMatchObject([{ thread }]);
  expect(messagesAt(amp, thread)).toEqual(['one']);
});

it('I11: goes where a person went inside Amp, also when the machine dies', async () => {
  const dev = await terminalWorkspace(['tmux']);
  await dev.start();
  const terminal = await openTab(dev);
  await say(terminal, 'one');
  const first = await activeThread(dev);
  terminal.type('\x0f');
  await terminal.until((screen) => /palette/i.test(screen));
  await type(terminal, 'thread new');
  terminal.type('\r');
  await terminal.until((screen) => !/palette/i.test(screen) && !screen.includes('I heard'));
  await say(terminal, 'two');
  await waitUntil('the thread', async () => {
    const seen = await activeThread(dev);
    return { done: seen !== first, seen };
  });
  const second = await activeThread(dev);
  dev.crash();
  await dev.start();
  await shows(await openTab(dev), 'I heard: two');
  expect(amps(dev)).toMatchObject([{ thread: second }]);
  expect(historyOf(dev).filter(({ event }) => event === 'moved')).toEqual([
    expect.objectContaining({ from: first, to: second, active: true }),
  ]);
});

it('I3: opens the recorded thread while Amp is logged out, and keeps it', async () => {
  const { amp } = fixture();
  const dev = await terminalWorkspace(['tmux']);
  await dev.start();
  await say(await openTab(dev), 'one');
  const thread = await activeThread(dev);
  dev.crash();
  amp.behave({ kind: 'loggedOut' });
  onTestFinished(() => amp.behave({ kind: 'ok' }));
  await dev.start();
  const terminal = tab(dev);
  // What Amp says about it stays on the screen until somebody has read it.
  await shows(terminal, 'Press Enter to close this terminal.');
  expect(await activeThread(dev)).toBe(thread);
  terminal.type('\r');
  await terminal.ended;
  amp.behave({ kind: 'ok' });
  await shows(await openTab(dev), 'I heard: one');
  expect(amps(dev)).toMatchObject([{ thread }]);
});

it('gives a fork its first message, and goes where new, use and fork say', async () => {
  const { amp } = fixture();
  const dev = await terminalWorkspace(['tmux']);
  await dev.start();
  const terminal = await openTab(dev);
  await say(terminal, 'one');
  const first = await activeThread(dev);

  const sent = await dev.run('amp-session', ['send', 'hello']);
  expect(sent.exitCode).toBe(75);
  expect(sent.stderr).toBe(
    'amp-session: The agent is open in a terminal, where only you can type. Nothing was sent; quit it there first, or use another --key.',
  );
  const now = await dev.run('amp-session', ['new', '--now']);
  expect(now.exitCode).not.toBe(0);
  expect(now.stderr).toContain('Without --now, the thread is used when you open it again.');
  const forked = await dev.run('amp-session', ['fork']);
  expect(forked.stderr).toContain('quit Amp in its terminal and open it again');

  await quit(dev, terminal);
  const again = await openTab(dev);
  const fork = await activeThread(dev);
  expect(fork).not.toBe(first);
  expect(amps(dev)).toMatchObject([{ thread: fork }]);
  await threadHas(amp, fork, [`This thread continues from @${first}. Read that thread first.`]);
  await shows(again, 'I heard: This thread continues');
  await say(again, 'and now?');

  // Nobody is in the terminal: a message is sent, and the other thread is back.
  await quit(dev, again);
  await session(dev, 'use', first);
  await session(dev, 'send', 'by a program');
  await shows(await openTab(dev), 'I heard: by a program');
  expect(messagesAt(amp, first)).toEqual(['one', 'by a program']);
  expect(messagesAt(amp, fork)).toHaveLength(2);
});

it('I8: with persistence off every start of Amp is in a fresh thread, and the recorded one is back when it is on again', async () => {
  const dev = await terminalWorkspace(['tmux']);
  await dev.start();
  await say(await openTab(dev), 'one');
  const thread = await activeThread(dev);
  const { length } = historyOf(dev);
  await dev.stop();

  await dev.change({ enable_state_persistence: false });
  await dev.start();
  const afresh = await openTab(dev);
  expect(afresh.screen()).not.toContain('I heard: one');
  await say(afresh, 'off the record');
  await afresh.close();
  // The same Amp, as long as it runs.
  const still = await openTab(dev);
  await shows(still, 'I heard: off the record');
  await quit(dev, still);
  const next = await openTab(dev);
  expect(next.screen()).not.toContain('I heard');
  await dev.stop();
  expect(historyOf(dev)).toHaveLength(length);

  await dev.change({ enable_state_persistence: true });
  await dev.start();
  await shows(await openTab(dev), 'I heard: one');
  expect(amps(dev)).toMatchObject([{ thread }]);
});

it('I9: opens Amp when amp-session can do nothing', async () => {
  const dev = await terminalWorkspace(['tmux']);
  await dev.start();
  makeProgram(join(dev.stateFolder, 'bin/amp-session'), 'exit 1');
  const terminal = tab(dev);
  await terminal.until(isReady);
  expect(amps(dev)).toMatchObject([{ pid: expect.any(Number) }]);
});

it("waits until Amp is installed, what it must be started after is done, and the author's scripts have run", async () => {
  const dev = await terminalWorkspace(['tmux'], {
    inputs: {
      wait_for: ['clone'],
      agent_firewall_wrapper_path: '$HOME/firewall.sh',
      pre_install_script: CODER,
      post_install_script: '#!/bin/bash\necho late; until [[ -e $HOME/go ]]; do sleep 0.1; done',
    },
  });
  await dev.provision();
  const start = dev.runStartScripts();
  const terminal = tab(dev);
  await shows(terminal, 'Amp opens here once it is installed.');
  const log = (name: string) => dev.read(`logs/${name}.log`);
  await waitUntil('the last script', async () => ({
    done: log('post_install') !== '',
    seen: log('install'),
  }));
  expect(log('pre_install')).toBe('early\n');
  expect(log('install')).toContain('They are done.');
  const calls = () => readFileSync(join(dev.home, 'calls'), 'utf8').split('\n');
  const name = 'coder-labs-sourcegraph-amp-start_script';
  expect(calls()).toContain(`exp sync want ${name} clone`);
  expect(calls()).not.toContain(`exp sync complete ${name}`);
  expect(amps(dev)).toEqual([]);

  writeFileSync(join(dev.home, 'go'), '');
  for (const { exitCode } of (await start).scripts) expect(exitCode).toBe(0);
  await terminal.until(isReady);
  expect(calls()).toContain('confined amp');
  await waitUntil('the last step', async () => ({
    done: calls().includes(`exp sync complete ${name}`),
    seen: calls(),
  }));
});

it('takes over from AgentAPI, and gives back', async () => {
  const { amp } = fixture();
  const dev = await terminalWorkspace(['tmux']);
  await dev.change({ enable_agentapi: true, agentapi_port: dev.port });
  await dev.start();
  await dev.agentapi.waitForStatus('stable');
  await dev.agentapi.send('in the chat');
  const thread = await activeThread(dev);
  await threadHas(amp, thread, ['in the chat']);
  await dev.stop();

  await dev.change({ enable_agentapi: false, agentapi_port: null });
  await dev.start();
  const terminal = await openTab(dev);
  await shows(terminal, 'I heard: in the chat');
  await say(terminal, 'in the terminal');
  const doctor = await dev.run('amp-session', ['doctor']);
  expect(doctor.stdout).not.toContain('agentapi');
  expect(doctor.stdout).toMatch(/agent +running in T-\w+, in a terminal/);
  await dev.stop();

  await dev.change({ enable_agentapi: true, agentapi_port: dev.port });
  await dev.start();
  expect(dev.agentArgs()).toContain(thread);
  expect(existsSync(openerOf({ stateFolder: dev.stateFolder, key: 'main' }))).toBe(false);
  // `continue` attaches to the chat again.
  expect(await session(dev, 'status')).toMatchObject({ agent: { url: `http://localhost:${dev.port}` } });
  await threadHas(amp, thread, ['in the chat', 'in the terminal']);
});
