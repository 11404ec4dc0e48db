import { describe, expect, it, vi } from 'vitest';
import { leftoversOf } from '../../../shim/agent/leftovers.ts';
import {
  formatLine,
  formatStatus,
  status as runStatus,
  type Status,
  statusOf,
} from '../../../shim/commands/status.ts';
import type { BaseConfig } from '../../../shim/environment/base.ts';
import { Key } from '../../../shim/key/key.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { commandLine } from '../../support/command-line.ts';
import { makeStart, THREAD } from '../../support/start.ts';

vi.mock('../../../shim/agent/leftovers.ts', { spy: true });

const status = (config: BaseConfig) => statusOf(new Key(config));
const text = async (config: BaseConfig) => formatStatus(await status(config), new Date());

const OTHER = 'T-bbbbbbbb-0000-4000-8000-000000000000';

it('--line, which a dashboard runs every few seconds, looks at no process but the agent', async () => {
  const { config } = makeStart();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const run = (...words: string[]) => runStatus(new Key(config), commandLine('status', ...words));
  await run('--line');
  expect(leftoversOf).not.toHaveBeenCalled();
  await run();
  expect(leftoversOf).toHaveBeenCalledOnce();
});

describe('status', () => {
  it('says that there is no thread before the first start', async () => {
    const { config } = makeStart();
    expect(await status(config)).toEqual({
      key: 'main',
      thread: null,
      agent: { state: 'stopped', thread: null, url: null, doing: null, question: null, failedStarts: 0 },
      runner: null,
      afterRestart: null,
      leftovers: [],
      persistence: null,
    });
    expect(await text(config)).toBe('key     main\nthread  none yet\nagent   not running\n');
  });

  it('names the thread, and tells a running agent from one that is still starting', async () => {
    const { config } = makeStart();
    await prepare(config, '');
    expect(await status(config)).toMatchObject({
      thread: { thread: THREAD, starts: 1, active: true, reason: 'created by this workspace' },
      persistence: true,
      agent: { state: 'waiting' },
    });
  });

  it.each(['https://amp.example.com', 'https://amp.example.com/'])(
    'has the address of the thread at %s',
    async (ampUrl) => {
      const { config } = makeStart();
      await prepare(config, '');
      expect((await status({ ...config, ampUrl })).thread?.url).toBe(
        `https://amp.example.com/threads/${THREAD}`,
      );
      expect(await text(config)).toContain(`\nurl         https://ampcode.com/threads/${THREAD}\n`);
    },
  );

  it('says that the agent is in another thread while persistence is off', async () => {
    const { config } = makeStart();
    await prepare(config, '');
    await prepare({ ...config, persistence: false }, '');
    expect((await status(config)).thread).toMatchObject({ thread: THREAD });
    expect(await text(config)).toContain('persistence is off: it is in another thread');
  });

  it('says why a thread replaced another', async () => {
    const { config, amp } = makeStart();
    await prepare(config, '');
    amp({
      'threads new': `echo ${OTHER}`,
      [`--unarchive ${THREAD}`]: 'echo "Error: Failed to unarchive thread: Thread not found" >&2; exit 1',
    });
    await prepare(config, '');
    expect((await status(config)).thread).toMatchObject({ thread: OTHER });
    expect(await text(config)).toContain(
      'in place of T-aaaaaaaa: Amp reports that the thread no longer exists',
    );
  });
});

describe('status --line', () => {
  const NOW = new Date('2026-11-21T12:00:00Z');
  const [HOUR_AGO, DAY_AGO] = ['2026-11-21T11:00:00.000Z', '2026-11-20T12:00:00.000Z'];

  /** The line of a key whose thread was started a day ago and used an hour ago. */
  async function line(agent: Partial<Status['agent']>, thread = {}, persistence = true): Promise<string> {
    const { config } = makeStart();
    await prepare(config, '');
    const found = await status(config);
    if (found.thread === null) throw new Error('no thread');
    const times = { since: DAY_AGO, lastStart: DAY_AGO, lastUsed: HOUR_AGO };
    const state = {
      state: 'running',
      thread: THREAD,
      url: null,
      doing: null,
      question: null,
      failedStarts: 0,
    } as const;
    return formatLine(
      {
        ...found,
        persistence,
        thread: { ...found.thread, ...times, ...thread },
        agent: { ...state, ...agent },
      },
      NOW,
    );
  }

  it('says so before the first start', async () => {
    const { config } = makeStart();
    expect(formatLine(await status(config), NOW)).toBe('no thread yet: stopped');
  });

  it.each([
    ['T-aaaaaaaa: running, started 1d ago', {}, {}],
    ['login page: running, started 1d ago', {}, { name: 'login page' }],
    ['Fix the login page: running, started 1d ago', {}, { title: 'Fix the login page' }],
    ['login page: running, started 1d ago', {}, { name: 'login page', title: 'Fix it' }],
    [`${'x'.repeat(39)}…: running, started 1d ago`, {}, { title: 'x'.repeat(80) }],
    ['T-aaaaaaaa: working, started 1d ago', { doing: 'working' }, {}],
    ['T-aaaaaaaa: idle, started 1d ago', { doing: 'idle' }, {}],
    ['T-aaaaaaaa: running, started 1h ago', {}, { since: HOUR_AGO }],
    ['T-aaaaaaaa: running, started 1h ago', {}, { since: HOUR_AGO, lastStart: null }],
    ['T-aaaaaaaa: starting', { state: 'waiting', thread: null }, {}],
    ['login page: stopped, last used 1h ago', { state: 'stopped', thread: null }, { name: 'login page' }],
    ['T-bbbbbbbb: running', { thread: OTHER }, {}],
    ['own thread: running', { thread: null }, {}],
    ['T-aaaaaaaa: waits for you (Approval Required)', { doing: 'asking', question: 'Approval Required' }, {}],
  ] as const)('%s', async (expected, agent, thread) => {
    expect(await line(agent, thread)).toBe(expected);
  });

  it('names no thread while persistence is off, for the agent is in none of ours', async () => {
    expect(await line({ thread: null }, {}, false)).toBe('running, persistence is off');
    expect(await line({ state: 'stopped', thread: null }, {}, false)).toBe(
      'T-aaaaaaaa: stopped, last used 1h ago',
    );
  });
});
