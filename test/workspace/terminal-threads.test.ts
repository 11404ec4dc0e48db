// Without AgentAPI: which thread the terminal app opens.

import { expect, it, onTestFinished } from 'vitest';
import { choose, say, shows } from '../support/amp/typing.ts';
import { session } from '../support/cli/agent.ts';
import { waitUntil } from '../support/wait.ts';
import { fixtureOfFile, historyOf, messagesAt, threadHas } from './fixture.ts';
import { activeThread, amps, openTab, quitLast, tab, terminalWorkspace } from './terminal-app.ts';

const fixture = await fixtureOfFile();
const { amp } = fixture;

it('I3, I11: goes where a person went inside Amp, also when the machine dies, and keeps that thread while Amp is logged out', async () => {
  const dev = await terminalWorkspace(fixture, ['tmux']);
  await dev.start();
  const terminal = await openTab(dev);
  await say(terminal, 'one');
  const first = await activeThread(dev);
  await choose(terminal, 'thread new');
  await terminal.until((screen) => !screen.includes('I heard'));
  await say(terminal, 'two');
  await waitUntil('the thread', async () => {
    const seen = await activeThread(dev);
    return { done: seen !== first, seen };
  });
  const second = await activeThread(dev);
  dev.crash();
  amp.behave({ kind: 'loggedOut' });
  onTestFinished(() => amp.behave({ kind: 'ok' }));
  await dev.start();
  const loggedOut = tab(dev);
  // What Amp says about it stays on the screen until somebody has read it.
  await shows(loggedOut, 'Press Enter to close this terminal.');
  expect(await activeThread(dev)).toBe(second);
  loggedOut.type('\r');
  await loggedOut.ended;
  amp.behave({ kind: 'ok' });
  await shows(await openTab(dev), 'I heard: two');
  expect(amps(dev)).toMatchObject([{ thread: second }]);
  expect(historyOf(dev).filter(({ event }) => event === 'moved')).toEqual([
    expect.objectContaining({ from: first, to: second, active: true }),
  ]);
});

it('I8: goes where new, use and fork say; with persistence off, into fresh threads; on again, into the recorded one', async () => {
  const dev = await terminalWorkspace(fixture, ['tmux']);
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

  await quitLast(dev, terminal);
  const again = await openTab(dev);
  const fork = await activeThread(dev);
  expect(fork).not.toBe(first);
  expect(amps(dev)).toMatchObject([{ thread: fork }]);
  await threadHas(amp, fork, [`This thread continues from @${first}. Read that thread first.`]);
  await shows(again, 'I heard: This thread continues');
  await say(again, 'and now?');

  // Nobody is in the terminal: a message is sent, and the other thread is back.
  await quitLast(dev, again);
  await session(dev, 'use', first);
  await session(dev, 'send', 'by a program');
  await shows(await openTab(dev), 'I heard: by a program');
  expect(messagesAt(amp, first)).toEqual(['one', 'by a program']);
  expect(messagesAt(amp, fork)).toHaveLength(2);
  const { length } = historyOf(dev);
  await dev.stop();

  await dev.change({ enable_state_persistence: false });
  await dev.start();
  const afresh = await openTab(dev);
  expect(afresh.screen()).not.toContain('I heard');
  await say(afresh, 'off the record');
  await afresh.close();
  // The same Amp, as long as it runs.
  const still = await openTab(dev);
  await shows(still, 'I heard: off the record');
  await quitLast(dev, still);
  const next = await openTab(dev);
  expect(next.screen()).not.toContain('I heard');
  await dev.stop();
  expect(historyOf(dev)).toHaveLength(length);

  await dev.change({ enable_state_persistence: true });
  await dev.start();
  await shows(await openTab(dev), 'I heard: by a program');
  expect(amps(dev)).toMatchObject([{ thread: first }]);
});
