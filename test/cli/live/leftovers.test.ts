import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { impatient, openSession, session } from '../../support/cli/agent.ts';
import { refusal } from '../../support/cli/refusal.ts';
import { writersIn } from '../../support/cli/writers.ts';
import { waitUntil } from '../../support/wait.ts';
import { processesOf } from '../../support/workspace/machine.ts';
import type { Workspace } from '../../support/workspace/workspace.ts';
import { fixtureOfFile, threadIn } from '../../workspace/fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/** Gives the running agent a command, and waits until the last thing that it starts, `sleep <seconds>`, is there. */
async function runs(dev: Workspace, command: string, seconds: number): Promise<void> {
  await dev.agentapi.waitForStatus('stable');
  await dev.agentapi.send(`run: ${command}`);
  await waitUntil('the processes', async () => ({ done: sleeps(dev).includes(seconds), seen: sleeps(dev) }));
}

function sleeps({ home }: Workspace): readonly number[] {
  return processesOf(home).flatMap(({ args: [program, seconds] }) =>
    program === 'sleep' ? [Number(seconds)] : [],
  );
}

it('a turn is not cut off without a yes; what it started is named, and ended on request', async () => {
  const dev = await workspace();
  await dev.start();
  const first = threadIn(dev.agentArgs());
  await runs(dev, 'sh -c "sleep 9871; true"; true', 9871);
  const created = amp.threads.size;
  for (const args of [
    ['new', '--now'],
    ['fork', '--now'],
    ['use', amp.addThread(), '--now'],
  ]) {
    expect(await impatient(dev, ...args)).toMatchObject(refusal(77, /in the middle of a turn.*--yes/s));
  }
  expect(amp.threads.size).toBe(created + 1);
  expect(threadIn(dev.agentArgs())).toBe(first);
  // What the running agent has started is its own.
  expect(await session(dev, 'status')).toMatchObject({ leftovers: [] });
  expect(await session(dev, 'cleanup', '--processes', '--yes')).toEqual({ key: 'main', ended: [] });

  // A process of another key, and one of nobody's.
  const env = { ...dev.env(), AMP_CURRENT_THREAD_ID: first, TERM_SESSION_ID: 'amp-session-0000000000000000' };
  const others = [
    spawn('sleep', ['9873'], { env, detached: true }),
    spawn('sleep', ['9874'], { env: dev.env() }),
  ];
  const switched = await dev.run('amp-session', ['new', '--now', '--yes']);
  expect(switched).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('sleep 9871') });
  await runs(dev, 'sleep 9872; true', 9872);
  const command = 'sh -c "sleep 9871; true"; true';
  const left = [{ pid: expect.any(Number), command, since: expect.any(String), thread: first, processes: 3 }];
  const status = await session(dev, 'status');
  expect(status).toMatchObject({ leftovers: left });
  const { since } = (status['leftovers'] as { since: string }[])[0]!;
  expect(Math.abs(Date.now() - Date.parse(since))).toBeLessThan(600_000);
  expect((await dev.run('amp-session', ['status'])).stdout).toContain(`left over   ${command} (process`);
  expect((await session(dev, 'doctor'))['findings']).toContainEqual(
    expect.objectContaining({ about: 'processes', level: 'note', found: expect.stringContaining(command) }),
  );

  expect(await session(dev, 'cleanup', '--processes', '--dry-run')).toMatchObject({ ended: left });
  const refused = await dev.run('amp-session', ['cleanup', '--processes']);
  expect(refused).toMatchObject({ exitCode: 77, stderr: expect.stringContaining('--yes') });
  expect([...sleeps(dev)].sort()).toEqual([9871, 9872, 9873, 9874]);
  const asking = openSession(dev, ['cleanup', '--processes']);
  await asking.until((screen) => screen.includes('[y/N]'));
  asking.type('y\r');
  expect((await asking.ended).exitCode).toBe(0);
  expect([...sleeps(dev)].sort()).toEqual([9872, 9873, 9874]);
  for (const other of others) other.kill();

  // As when memory runs out: whether or not the next agent is up yet.
  const second = threadIn(dev.agentArgs());
  for (const { pid } of writersIn(dev.home)) process.kill(pid, 'SIGKILL');
  await waitUntil('what is left', async () => {
    const { leftovers: seen } = await session(dev, 'status');
    return { done: JSON.stringify(seen).includes('sleep 9872'), seen };
  });
  const ended = await session(dev, 'cleanup', '--processes', '--yes');
  expect(ended).toMatchObject({ ended: [{ command: 'sleep 9872; true', thread: second, processes: 2 }] });
  expect(sleeps(dev)).toEqual([]);
  await dev.waitForLog('AgentAPI exited');
});
