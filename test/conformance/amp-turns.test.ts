import { execa } from 'execa';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ThreadId } from '../../shim/amp/thread-id.ts';
import { hasGivenToRunner, isOpenElsewhere, type TurnEnd, turnEndIn } from '../../shim/amp/turn.ts';
import { ampEnv } from '../support/amp/real-amp.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { textOf } from '../support/amp/server.ts';
import { HANG_MS } from '../support/limits.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

/** Begins a headless turn in a thread. @param more options after `-x`. */
function begin(thread: string, ...more: string[]) {
  const call = execa('amp', ['threads', 'continue', thread, '-x', ...more], {
    cwd: amp.workdir,
    env: ampEnv({ home: amp.home, server: amp.server }),
    extendEnv: false,
    input: 'hello',
    reject: false,
  });
  const has = async (count: number) =>
    vi.waitFor(() => expect(amp.server.threads.get(thread)?.messages).toHaveLength(count), {
      timeout: HANG_MS,
    });
  return { call, has };
}

function endIn(stdout: string): TurnEnd | null {
  return turnEndIn(stdout.trim().split('\n').at(-1) ?? '');
}

test.each([['SIGTERM'], ['SIGINT']] as const)(
  'a turn cut off by %s ends with status 0, and only the event of its result tells that it failed',
  async (signal) => {
    const thread = amp.server.addThread();
    const release = amp.server.holdTurns();
    for (const form of [[], ['--stream-json']]) {
      const turn = begin(thread, ...form);
      await turn.has(form.length + 1);
      turn.call.kill(signal);
      const { exitCode, stdout } = await turn.call;
      expect(exitCode).toBe(0);
      if (form.length === 0) expect(stdout).toBe('');
      else expect(endIn(stdout)).toMatchObject({ kind: 'failed', why: expect.stringContaining('cancelled') });
    }
    release();
  },
);

test('the event of the result holds the answer', async () => {
  const { stdout } = await begin(amp.server.addThread(), '--stream-json').call;
  expect(endIn(stdout)).toEqual({ kind: 'answered', answer: 'I heard: hello' });
});

test('a second one in the thread is refused, and sends nothing', async () => {
  const thread = amp.server.addThread();
  const release = amp.server.holdTurns();
  const first = begin(thread);
  await first.has(1);
  const { exitCode, stdout, stderr } = await begin(thread, '--stream-json').call;
  expect(isOpenElsewhere({ exitCode, stdout, stderr, timedOut: false })).toBe(true);
  expect(amp.server.threads.get(thread)?.messages.map(textOf)).toEqual(['hello']);
  release();
  await first.call;
});

test("a message for a runner is taken once Amp has printed the thread's address", async () => {
  const thread = amp.server.addThread() as ThreadId;
  const run = await amp.run(['--executor', 'runner:one', 'threads', 'continue', thread, '-x', 'hello']);
  expect(hasGivenToRunner(run, thread)).toBe(true);
  expect(hasGivenToRunner({ ...run, stdout: '' }, thread)).toBe(false);
});
