import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waitForOpenThread } from '../../shim/agent/thread-open.ts';
import { ampFolders } from '../../shim/amp/folders.ts';
import { launchOf } from '../../shim/store/launch.ts';
import { sessionPaths } from '../../shim/store/paths.ts';
import { readSession } from '../../shim/store/read.ts';
import { QUICK_VARIABLE } from '../support/agentapi/stand-in/pauses.ts';
import { session } from '../support/cli/agent.ts';
import { ampOfVersion } from '../support/versions/amp-version.ts';
import { waitUntil } from '../support/wait.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { arrival, chatIs, fixtureOfFile, historyOf, threadHas, threadIn, threadIsShown } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/** Begins a thread with the command in Amp's palette, once the last message has its answer. */
async function beginThread({ agentapi }: Workspace): Promise<void> {
  const keysShow = async (keys: string, shows: (screen: string) => boolean) => {
    await agentapi.type(keys);
    await agentapi.waitForScreen(shows);
  };
  await agentapi.waitForScreen((screen) => screen.includes('I heard'));
  const command = 'thread new';
  await keysShow('\x0f', (screen) => screen.includes('Command Palette'));
  await keysShow(command, (screen) => screen.includes(`> ${command}`) && !screen.includes('show version'));
  // What is sent while the old thread still shows is not for the new one.
  await keysShow('\r', (screen) => !screen.includes('Command Palette') && !screen.includes('I heard'));
  await agentapi.waitForStatus('stable');
}

/** Sends a message through the chat. @returns the thread it arrived in. */
async function say(dev: Workspace, text: string): Promise<string> {
  const paths = sessionPaths(dev.stateFolder, 'main');
  const { launched } = readSession(paths).session;
  const launch = launchOf(paths, launched?.at ?? '');
  await waitForOpenThread(ampFolders(dev.home, dev.env()), launched, launch);
  await dev.agentapi.waitForStatus('stable');
  await dev.agentapi.send(text);
  return arrival(amp, text);
}

const statusIs = (dev: Workspace, thread: string) =>
  waitUntil('the status', async () => {
    const seen = await session(dev, 'status');
    const agent = seen['agent'] as { thread: string };
    return { done: agent.thread === thread, seen };
  });

it("I11: follows the agent to new threads and back, also past a person's choice, but not a person's own amp in its folder", async () => {
  // Amp's palette covers the status line that the quick stand-in of AgentAPI reads.
  const dev = await workspace({ env: { [QUICK_VARIABLE]: '' } });
  await dev.start();
  const first = threadIn(dev.agentArgs());
  expect(await say(dev, 'one')).toBe(first);
  await beginThread(dev);
  const second = await say(dev, 'two');
  expect(second).not.toBe(first);

  // In the same start.
  const now = await statusIs(dev, second);
  expect(now['thread']).toMatchObject({ thread: second, parent: first, origin: 'moved' });
  const { stdout } = await dev.run('amp-session', ['status']);
  expect(stdout).toMatch(
    new RegExp(
      `why +the agent moved here from ${first.slice(0, 10)}.* (now|ago)\\n(.*\\n)*agent +(working|idle) in this thread`,
    ),
  );
  await session(dev, 'send', 'three');
  await threadHas(amp, second, ['two', 'three']);
  await chatIs(dev, ['one', 'two', 'three']);
  const own = await dev.run('bash', ['-c', 'cd project && amp threads new']);
  expect(own).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('T-') });
  await dev.stop();

  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(second);
  await chatIs(dev, ['one', 'two', 'three']);
  const moves = historyOf(dev).filter(({ event }) => event === 'moved');
  expect(moves).toEqual([expect.objectContaining({ from: first, to: second, active: true })]);

  // What a person chose after a move wins.
  await session(dev, 'use', first);
  dev.crash();
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(first);

  // What the agent does after that choice wins over it, and nothing but its own note tells: the machine dies.
  expect(await say(dev, 'three and a half')).toBe(first);
  await session(dev, 'use', second);
  await beginThread(dev);
  const third = await say(dev, 'four');
  await statusIs(dev, third);
  dev.crash();
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(third);
});

it('I11: follows an Amp without a record per terminal, with its files where the XDG variables move them', async () => {
  const ampFolder = await ampOfVersion('0.0.1788854443-g7f007d');
  const dev = await workspace({ ampFolder, env: { [QUICK_VARIABLE]: '' } });
  const xdg = (name: string) => join(dev.home, 'xdg', name);
  dev.setImage({
    XDG_CONFIG_HOME: xdg('config'),
    XDG_DATA_HOME: xdg('data'),
    XDG_CACHE_HOME: xdg('cache'),
  });
  const asked = amp.requests.length;
  await dev.start();
  await threadIsShown(amp, threadIn(dev.agentArgs()), asked);
  // Said in no other test: they share Amp's servers.
  expect(await say(dev, 'one, in an older Amp')).toBe(threadIn(dev.agentArgs()));
  await beginThread(dev);
  const thread = await say(dev, 'and two, in an older Amp');
  expect(thread).not.toBe(threadIn(dev.agentArgs()));
  await waitUntil("Amp's record", async () => {
    const seen = readFileSync(join(xdg('data'), 'amp/session.json'), 'utf8');
    return { done: seen.includes(`"lastThreadId": "${thread}"`), seen };
  });
  await dev.stop();

  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(thread);
  await chatIs(dev, ['one, in an older Amp', 'and two, in an older Amp']);
  for (const usual of ['.local/share/amp', '.cache/amp', '.config/amp'])
    expect(existsSync(join(dev.home, usual)), usual).toBe(false);
});
