import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { prepare } from '../../shim/commands/prepare.ts';
import { formatStatus, statusOf } from '../../shim/commands/status.ts';
import { makeStart, THREAD } from '../support/start.ts';

describe('status', () => {
  it('says that there is no thread before the first start', () => {
    const { config } = makeStart();
    expect(statusOf(config)).toMatchObject({ thread: null, persistence: null, agent: 'stopped' });
    expect(formatStatus(statusOf(config))).toBe(
      'key:        main\nthread:     none yet\nagent:      not running\n',
    );
  });

  it('names the thread, and tells an agent that runs from one that is waited for', async () => {
    const { config } = makeStart();
    await prepare(config, '');
    expect(statusOf(config)).toMatchObject({
      thread: THREAD,
      persistence: true,
      starts: 1,
      agent: 'waiting',
    });
  });

  it('says that the agent is in another thread while persistence is off', async () => {
    const { config } = makeStart();
    await prepare(config, '');
    await prepare({ ...config, persistence: false }, '');
    expect(formatStatus(statusOf(config))).toContain(`thread:     ${THREAD}\n            persistence is off`);
  });
});

describe('the command line', () => {
  const { env } = process;
  const run = (...args: string[]) =>
    execa(process.execPath, [join('scripts/amp-session.mjs'), ...args], { reject: false, env });

  it.each([
    [['--help'], 0],
    [[], 64],
    [['dance'], 64],
    [['status', '--jsno'], 64],
    [['settle'], 1],
    [['settle', 'NaN', '1'], 1],
  ])('%j ends with %i', async (args, exitCode) => {
    expect((await run(...args)).exitCode).toBe(exitCode);
  });
});
