// Without AgentAPI: which session of tmux or screen a tab of the terminal app opens.
import { mkdirSync, rmSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { isReady } from '../support/amp/screen.ts';
import { say, shows } from '../support/amp/typing.ts';
import { openSession, session } from '../support/cli/agent.ts';
import type { Terminal } from '../support/terminal.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { fixtureOfFile } from './fixture.ts';
import { amps, openTab, tab, terminalWorkspace } from './terminal-app.ts';

const fixture = await fixtureOfFile();

const agentOf = async (dev: Workspace, key: string) => (await session(dev, 'status', '--key', key))['agent'];

/** Opens the app of a key that isn't `main` in one more tab, closed after the test at the latest. */
function tabOf(dev: Workspace, key: string): Terminal {
  const terminal = dev.openApp(`amp-${key}-cli`);
  onTestFinished(() => terminal.close());
  return terminal;
}

it.each(['tmux', 'screen'])(
  'in %s, tabs opened at the same moment run one Amp; main has its own beside a longer key, which outlives its tab',
  async (program) => {
    const dev = await terminalWorkspace(fixture, [program], { inputs: { session_key: 'two' } });
    await dev.start();
    // Under screen, each may begin a session; only one of them gets the agent.
    const isSettled = (screen: string) => isReady(screen) || screen.includes('Press Enter to close');
    await Promise.all(['two', 'two', 'two'].map((key) => tabOf(dev, key).until(isSettled)));
    expect(amps(dev)).toHaveLength(1);

    await dev.change({ session_key: 'main' });
    await dev.start();
    const first = await openTab(dev);
    const agents = { two: await agentOf(dev, 'two'), main: await agentOf(dev, 'main') };
    const running = { state: 'running', thread: expect.any(String) };
    expect(agents).toMatchObject({ two: running, main: running });
    expect(agents.main).not.toEqual(agents.two);

    await say(first, 'one');
    const both = amps(dev);
    expect(both).toHaveLength(2);
    await first.close();
    const second = await openTab(dev);
    await shows(second, 'I heard: one');
    const third = await openTab(dev);
    await say(third, 'two');
    await shows(second, 'I heard: two');
    expect(amps(dev)).toEqual(both);
  },
);

it("tmux's socket is gone, as after a clean-up of /tmp: the app and continue are back in the Amp that runs on", async () => {
  const dev = await terminalWorkspace(fixture, ['tmux']);
  await dev.start();
  const first = await openTab(dev);
  await say(first, 'one');
  await first.close();
  const running = amps(dev);
  for (const open of [() => tab(dev), () => openSession(dev, ['continue'])]) {
    rmSync(dev.env()['TMUX_TMPDIR']!, { recursive: true });
    mkdirSync(dev.env()['TMUX_TMPDIR']!);
    const back = open();
    await shows(back, 'I heard: one');
    await back.close();
    expect(amps(dev)).toEqual(running);
  }
});
