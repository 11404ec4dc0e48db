// Without AgentAPI (enable_agentapi = false): a workspace's life with the real Amp in the dashboard's terminal app.

import { existsSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openerOf } from '../../shim/agent/opener.ts';
import { say, send, shows } from '../support/amp/typing.ts';
import { session } from '../support/cli/agent.ts';
import { fixtureOfFile, historyOf, messagesAt, threadHas } from './fixture.ts';
import { activeThread, amps, ended, openTab, shell, tab, terminalWorkspace } from './terminal-app.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;

it('cold start, message, closed tab, second tab, stop, warm start, the agent in AgentAPI and back: the same thread, and no turn ends', async () => {
  const dev = await terminalWorkspace(fixture, ['tmux']);
  const before = amp.threads.size;
  const { scripts } = await dev.start();
  expect(scripts.map(({ name, exitCode }) => [name, exitCode]).sort()).toEqual([
    ['amp_install', 0],
    ['amp_session', 0],
    ['amp_session_commands', 0],
    ['amp_session_library', 0],
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
  await send(first, 'two');
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
  await dev.stop();

  await dev.change({ enable_agentapi: true, agentapi_port: dev.port });
  await dev.start();
  expect(dev.agentArgs()).toContain(thread);
  expect(existsSync(openerOf({ stateFolder: dev.stateFolder, key: 'main' }))).toBe(false);
  // `continue` attaches to the chat again.
  expect(await session(dev, 'status')).toMatchObject({ agent: { url: `http://localhost:${dev.port}` } });
  await session(dev, 'send', 'in the chat');
  const said = ['one', 'two', 'three', 'four', 'in the chat'];
  await threadHas(amp, thread, said);
  await dev.stop();

  await dev.change({ enable_agentapi: false, agentapi_port: null });
  await dev.start();
  const back = await openTab(dev);
  await shows(back, 'I heard: in the chat');
  await say(back, 'in the terminal');
  await threadHas(amp, thread, [...said, 'in the terminal']);
  const doctor = await dev.run('amp-session', ['doctor']);
  expect(doctor.stdout).not.toContain('agentapi');
  expect(doctor.stdout).toMatch(/agent +running in T-\w+, in a terminal/);
});

it('without tmux and screen, says so; a second tab is refused, closing the first ends Amp, and the next continues the thread', async () => {
  const dev = await terminalWorkspace(fixture, []);
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
