import { expect, it } from 'vitest';
import { behaviours } from '../../support/amp/server.ts';
import { session } from '../../support/cli/agent.ts';
import { waitUntil } from '../../support/wait.ts';
import { fixtureOfFile, threadIn } from '../../workspace/fixture.ts';

const { amp, workspace } = await fixtureOfFile();

it("a thread that Amp's servers refuse to the account: the way out is named, and --now takes it between two runs", async () => {
  const dev = await workspace();
  await dev.start();
  const refused = threadIn(dev.agentArgs());
  await dev.agentapi.waitForStatus('stable');
  await dev.stop();
  amp.behave(behaviours.status(403), { only: refused });
  const starting = dev.runStartScripts();
  await dev.waitForLog('restarting in 4 s');
  const status = await waitUntil('the status', async () => {
    const seen = (await session(dev, 'status'))['agent'] as { state: string; failedStarts: number };
    return { done: seen.state === 'waiting' && seen.failedStarts > 2, seen };
  });
  expect(status).toMatchObject({ question: null });
  expect((await dev.run('amp-session', ['status'])).stdout).toContain("'amp-session new'");
  expect(dev.log).toContain("refuse it to this account; if that stays so, 'amp-session new --now'");
  const doctor = await dev.run('amp-session', ['doctor', '--json']);
  expect(doctor.exitCode).toBe(1);
  expect(JSON.parse(doctor.stdout).findings).toContainEqual(
    expect.objectContaining({
      about: 'thread',
      level: 'problem',
      fix: expect.stringContaining('amp-session new'),
    }),
  );

  const chosen = await session(dev, 'new', '--now');
  expect(chosen).toMatchObject({ now: true });
  await starting;
  expect(threadIn(dev.agentArgs())).toBe(chosen['thread']);
  expect(await session(dev, 'show', refused)).toMatchObject({ active: false });
  expect((await session(dev, 'status'))['agent']).toMatchObject({ state: 'running', failedStarts: 0 });
});
