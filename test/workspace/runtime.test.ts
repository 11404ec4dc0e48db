import { describe, expect, it } from 'vitest';
import { installFakeAmp } from '../support/amp/fake-amp.ts';
import { session } from '../support/cli/agent.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { failed, fixtureOfFile, historyOf, threadIn } from './fixture.ts';

const { workspace } = await fixtureOfFile();

/** The thread continues in the second start, with this runtime. */
async function expectSecondStart(dev: Workspace, thread: string, node: boolean): Promise<void> {
  expect(threadIn(dev.agentArgs())).toBe(thread);
  expect(await session(dev, 'status')).toMatchObject({
    thread: { thread, starts: 2 },
    agent: { state: 'running', thread },
  });
  expect((await dev.run('bash', ['-c', 'command -v node'])).stdout === '').toBe(!node);
}

describe('a JavaScript runtime', () => {
  it("Amp's own executable, without Node: the thread survives, and the work folder's .env, bunfig.toml and tsconfig.json are not picked up", async () => {
    const dev = await workspace({ node: false });
    await dev.run('bash', [
      '-c',
      `mkdir -p project && cd project && echo 'AMP_MODULE_SESSION_KEY=stolen' >.env &&
       echo 'preload = ["./evil.ts"]' >bunfig.toml && echo 'process.exit(9)' >evil.ts &&
       echo '{"compilerOptions":{"paths":{"*":["./evil.ts"],"/*":["./evil.ts"]}}}' | tee tsconfig.json >jsconfig.json`,
    ]);
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    expect(thread).toBe(historyOf(dev)[0]?.['thread']);
    await dev.stop();
    await dev.start();
    await expectSecondStart(dev, thread, false);
  });

  it('Node: the thread survives; then none at all: the agent starts without persistence, says so, and leaves earlier records alone', async () => {
    // A script for an interpreter that only it knows, as Amp before July 2026 was a Node script.
    const amp = installFakeAmp();
    const dev = await workspace({ ampFolder: amp.dir });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await dev.stop();
    await dev.start();
    await expectSecondStart(dev, thread, true);
    await dev.stop();
    const before = dev.read('sessions/main/history.jsonl');

    dev.removeNode();
    const { scripts } = await dev.start();
    expect(failed(scripts)).toEqual([]);
    expect(dev.agentArgs()).toEqual(['amp']);
    expect(dev.log).toContain('no JavaScript runtime was found');
    expect(dev.log).toContain('The agent starts without persistence');
    await dev.stop();
    expect(dev.read('sessions/main/history.jsonl')).toBe(before);
    expect(historyOf(dev)[0]).toMatchObject({ thread });
  });
});
