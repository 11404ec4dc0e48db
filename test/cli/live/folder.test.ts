import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { textOf } from '../../support/amp/server.ts';
import { session } from '../../support/cli/agent.ts';
import { fixtureOfFile, messagesAt, threadIn } from '../../workspace/fixture.ts';

const { amp, workspace } = await fixtureOfFile();

it("a thread's work is where its last start was: status says so, and with no agent send works there", async () => {
  const dev = await workspace();
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await dev.stop();
  const renamed = join(dev.home, 'renamed');
  renameSync(dev.workdir, renamed);
  await dev.change({ workdir: renamed });
  await dev.start();
  expect(threadIn(dev.agentArgs())).toBe(thread);
  expect((await session(dev, 'status'))['thread']).toMatchObject({ thread, workdir: renamed });
  dev.crash();
  const { stdout } = await dev.run(join(dev.stateFolder, 'bin/amp-session'), ['send', 'run: pwd']);
  expect(stdout).toContain(renamed);
  expect(messagesAt(amp, thread)).toEqual(['run: pwd']);
  expect(amp.threads.get(thread)?.messages.map(textOf).at(-1)).toContain(renamed);
});
