import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readStartConfig } from '../../shim/environment/start.ts';
import { MOST_QUICK_FAILURES } from '../../shim/start/decide.ts';
import { prepare } from '../../shim/start/prepare.ts';
import { settle } from '../../shim/start/settle.ts';
import { writeRunner } from '../../shim/store/runner.ts';
import { GOOD_AMP, makeStart, type Start, THREAD } from '../support/start.ts';

/** A fault that strikes a home after one good start, and the prompt of the next start. */
type Fault = { readonly name: string; readonly strike: (start: Start) => void; readonly prompt?: string };

const failing = (words: string) => (start: Start) =>
  start.amp({ ...GOOD_AMP, '--unarchive': `${words}; exit 1` });

const FAULTS: readonly Fault[] = [
  {
    name: 'Amp can’t be reached',
    strike: failing('echo "Unable to connect. Is the computer able to access the url?" >&2'),
  },
  { name: 'Amp is not logged in', strike: failing('echo "Authentication required" >&2') },
  { name: 'Amp asks for patience', strike: failing('echo "HTTP 429 Too Many Requests" >&2') },
  { name: 'Amp says something unknown', strike: failing('echo "<html>502 Bad Gateway</html>"') },
  { name: 'Amp never answers', strike: (start) => start.amp({ ...GOOD_AMP, '--unarchive': 'sleep 1000' }) },
  { name: 'amp is gone', strike: (start) => rmSync(`${start.home}/bin/amp`) },
  {
    name: 'the thread is gone',
    strike: failing('echo "Error: Failed to unarchive thread: Thread not found" >&2'),
  },
  {
    name: 'the thread is gone and Amp gives no new one',
    strike: (start) =>
      start.amp({
        '--unarchive': 'echo "Error: Failed to unarchive thread: Thread not found" >&2; exit 1',
        'threads new': 'echo "a riddle"',
      }),
  },
  { name: 'a damaged record', strike: (start) => writeFileSync(start.paths.snapshot, '{') },
  {
    name: 'a damaged line of the history',
    strike: (start) => appendFileSync(start.paths.history, '{"half\n'),
  },
  {
    name: 'a record that can’t be read at all',
    strike: (start) => {
      rmSync(start.paths.history);
      rmSync(start.paths.snapshot);
      mkdirSync(start.paths.history);
    },
  },
  {
    name: 'a pid file of a stranger',
    strike: (start) => writeFileSync(start.config.agentApiPidFile ?? '', '1\n'),
  },
  {
    name: 'a chat that can’t be read',
    strike: (start) => writeFileSync(start.config.agentApiStateFile ?? '', '{'),
  },
  {
    name: 'a prompt of which nobody can tell whether it arrived',
    prompt: 'fix it',
    strike: (start) => start.amp({ ...GOOD_AMP, export: 'exit 1' }),
  },
];

const withoutTimes = (text: string) =>
  text.replace(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z/g, '<time>').replace(/process \d+/g, 'process <pid>');

afterEach(() => vi.useRealTimers());

describe('what a person reads in the log of a start', () => {
  it.each(FAULTS)('$name', async ({ strike, prompt = '' }) => {
    const start = makeStart();
    await prepare(start.config, prompt);
    start.said();
    strike(start);
    const plan = await prepare({ ...start.config, run: 2 }, prompt);
    expect(plan.kind).toBe('launch');
    expect(withoutTimes(start.said())).toMatchSnapshot();
  });

  it('another start runs the agent', async () => {
    const start = makeStart();
    const other = spawn('sleep', ['1000']);
    try {
      await prepare({ ...start.config, runnerPid: other.pid ?? 0 }, '');
      const plan = await prepare(start.config, '');
      expect(withoutTimes(plan.kind === 'refuse' ? plan.why : '')).toMatchSnapshot();
    } finally {
      other.kill();
    }
  });

  it('AgentAPI fails too often', async () => {
    const start = makeStart();
    await prepare(start.config, '');
    start.said();
    writeRunner(start.paths.runner, start.config, {
      quickFailures: MOST_QUICK_FAILURES - 1,
      unrecorded: false,
    });
    expect(await settle(start.config, 127, 0)).toBe(false);
    expect(start.said()).toMatchSnapshot();
  });

  it('AgentAPI ends while the workspace stops', async () => {
    const start = makeStart();
    await prepare(start.config, '');
    start.said();
    writeFileSync(`${start.config.stateFolder}/stopping`, '');
    expect(await settle(start.config, 0, 100)).toBe(false);
    expect(start.said()).toMatchSnapshot();
  });

  it('invalid variables', () => {
    expect(() =>
      readStartConfig({ HOME: 'here', AMP_MODULE_PERSISTENCE: 'maybe' }),
    ).toThrowErrorMatchingSnapshot();
  });
});

describe('faults that leave no message', () => {
  it('a clock that was set back', async () => {
    const start = makeStart();
    await prepare(start.config, '');
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('1999-01-01') });
    expect(await prepare({ ...start.config, run: 2 }, '')).toMatchObject({
      agentArgs: ['threads', 'continue', THREAD],
    });
    writeFileSync(`${start.paths.folder}/lock.9999`, '');
    expect(await prepare({ ...start.config, run: 3 }, '')).toMatchObject({
      agentArgs: ['threads', 'continue', THREAD],
    });
  });

  it('an AgentAPI too old to save state: the thread survives, and the prompt is looked for in it', async () => {
    const start = makeStart();
    const old = { ...start.config, agentApiStateFile: null };
    await prepare(old, 'fix it');
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'fix it' }] }];
    start.amp({ ...GOOD_AMP, export: `echo '${JSON.stringify({ messages })}'` });
    expect(await prepare({ ...old, run: 2 }, 'fix it')).toMatchObject({
      prompt: 'none',
      agentArgs: ['threads', 'continue', THREAD],
    });
  });
});
