// Two instances without AgentAPI in one workspace: each key's terminal app opens its own Amp.
import { expect, it, onTestFinished } from 'vitest';
import { isReady } from '../support/amp/screen.ts';
import { session } from '../support/cli/agent.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { useFixture } from './fixture.ts';

const fixture = useFixture();

async function open(dev: Workspace, slug: string): Promise<void> {
  const terminal = dev.openApp(slug);
  onTestFinished(() => terminal.close());
  await terminal.until(isReady);
}

const agentOf = async (dev: Workspace, key: string) => (await session(dev, 'status', '--key', key))['agent'];

it.each(['tmux', 'screen'])(
  'in %s, main opens beside a key whose name begins with its own',
  async (program) => {
    const dev = await fixture().workspace({
      tools: [program],
      inputs: { enable_agentapi: false, agentapi_port: null, session_key: 'two' },
    });
    await dev.start();
    await open(dev, 'amp-two-cli');
    await dev.change({ session_key: 'main' });
    await dev.start();
    await open(dev, 'amp-cli');
    const [two, main] = [await agentOf(dev, 'two'), await agentOf(dev, 'main')];
    const running = { state: 'running', thread: expect.any(String) };
    expect({ two, main }).toMatchObject({ two: running, main: running });
    expect(main).not.toEqual(two);
  },
);
