import { describe, expect, it } from 'vitest';
import { formatStatus, statusOf } from '../../../shim/commands/status.ts';
import type { BaseConfig } from '../../../shim/environment/base.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { Key } from '../../../shim/thread/key.ts';
import { makeStart, THREAD } from '../../support/start.ts';

const status = (config: BaseConfig) => statusOf(new Key(config));
const text = (config: BaseConfig) => formatStatus(status(config), new Date());

describe('status', () => {
  it('says that there is no thread before the first start', () => {
    const { config } = makeStart();
    expect(status(config)).toEqual({
      key: 'main',
      thread: null,
      agent: { state: 'stopped', thread: null, url: null },
      persistence: null,
    });
    expect(text(config)).toBe('key     main\nthread  none yet\nagent   not running\n');
  });

  it('names the thread, and tells a running agent from one that is still starting', async () => {
    const { config } = makeStart();
    await prepare(config, '');
    expect(status(config)).toMatchObject({
      thread: { thread: THREAD, starts: 1, active: true, reason: 'created by this workspace' },
      persistence: true,
      agent: { state: 'waiting' },
    });
  });

  it('says that the agent is in another thread while persistence is off', async () => {
    const { config } = makeStart();
    await prepare(config, '');
    await prepare({ ...config, persistence: false }, '');
    expect(status(config).thread).toMatchObject({ thread: THREAD });
    expect(text(config)).toContain('persistence is off: it is in another thread');
  });

  it('says why a thread replaced another', async () => {
    const { config, amp } = makeStart();
    await prepare(config, '');
    const OTHER = 'T-bbbbbbbb-0000-4000-8000-000000000000';
    amp({
      'threads new': `echo ${OTHER}`,
      [`--unarchive ${THREAD}`]: 'echo "Error: Failed to unarchive thread: Thread not found" >&2; exit 1',
    });
    await prepare(config, '');
    expect(status(config).thread).toMatchObject({ thread: OTHER });
    expect(text(config)).toContain('in place of T-aaaaaaaa: Amp reports that the thread no longer exists');
  });
});
