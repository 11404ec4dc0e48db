// Without AgentAPI: which session of tmux or screen a tab of the terminal app opens.
import { describe, expect, it, onTestFinished } from 'vitest';
import { isReady } from '../support/amp/screen.ts';
import { session } from '../support/cli/agent.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { useFixture } from './fixture.ts';
import { amps, openTab, tab, terminalWorkspace } from './terminal-app.ts';

const fixture = useFixture();

const agentOf = async (dev: Workspace, key: string) => (await session(dev, 'status', '--key', key))['agent'];

describe.each(['tmux', 'screen'])('in %s', (program) => {
  it('main opens its own Amp beside a key whose session has a longer name', async () => {
    const dev = await terminalWorkspace(fixture(), [program], { inputs: { session_key: 'two' } });
    await dev.start();
    const two = dev.openApp('amp-two-cli');
    onTestFinished(() => two.close());
    await two.until(isReady);
    await dev.change({ session_key: 'main' });
    await dev.start();
    await openTab(dev);
    const agents = { two: await agentOf(dev, 'two'), main: await agentOf(dev, 'main') };
    const running = { state: 'running', thread: expect.any(String) };
    expect(agents).toMatchObject({ two: running, main: running });
    expect(agents.main).not.toEqual(agents.two);
  });

  it('tabs opened at the same moment run one Amp', async () => {
    const dev = await terminalWorkspace(fixture(), [program]);
    await dev.start();
    // Under screen, each may begin a session; only one of them gets the agent.
    const isSettled = (screen: string) => isReady(screen) || screen.includes('Press Enter to close');
    await Promise.all([tab(dev), tab(dev), tab(dev)].map((each) => each.until(isSettled)));
    expect(amps(dev)).toHaveLength(1);
  });
});
