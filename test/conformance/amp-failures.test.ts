import { beforeEach, describe, expect, test } from 'vitest';
import { outcomeOf } from '../../shim/amp/outcome.ts';
import { parseThreadId } from '../../shim/amp/thread-id.ts';
import { AMP_FAILURES } from '../support/amp/failures.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { behaviours } from '../support/amp/server.ts';

const NEW = ['threads', 'new'];

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

describe.each(AMP_FAILURES)('$name', ({ behaviour, newSays, unarchiveSays }) => {
  test('threads new yields no thread', async () => {
    amp.server.behave(behaviour);
    const { exitCode, stdout, stderr } = await amp.run(NEW);
    expect({ exitCode, stdout, stderr: firstLine(stderr) }).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: newSays,
    });
    expect(amp.server.threads.size).toBe(0);
  });

  test('unarchive fails without claiming that the thread is gone', async () => {
    const id = amp.server.addThread();
    amp.server.behave(behaviour);
    const { exitCode, stderr, timedOut } = await amp.run(['threads', 'archive', '--unarchive', id]);
    expect(exitCode).toBe(1);
    expect(firstLine(stderr)).toBe(`Error: Failed to unarchive thread: ${unarchiveSays}`);
    expect(outcomeOf({ exitCode, timedOut, stdout: '', stderr }, parseThreadId(id)).kind).toBe('unsure');
  });
});

test('output of another shape: threads new fails, unarchive treats it as success', async () => {
  const id = amp.server.addThread();
  amp.server.behave(behaviours.wrongTypes);
  const made = await amp.run(NEW);
  expect(made.exitCode).toBe(1);
  expect(made.stderr).toContain('response missing threadId or wsToken');
  expect((await amp.run(['threads', 'archive', '--unarchive', id])).exitCode).toBe(0);
});

test.each([
  [NEW, 'Error: Cannot reach Amp servers. Are you offline?'],
  [['threads', 'continue', ID()], 'Error: Cannot reach Amp servers. Are you offline?'],
  [
    ['threads', 'archive', '--unarchive', ID()],
    'Error: Failed to unarchive thread: Unable to connect. Is the computer able to access the url?',
  ],
])('nothing listens: %j', async (args, words) => {
  const { exitCode, stderr } = await amp.run(args, { url: await amp.server.unreachableUrl() });
  expect({ exitCode, stderr: firstLine(stderr) }).toEqual({ exitCode: 1, stderr: words });
});

test.each([
  ['of its own', {}],
  ['in its settings', { 'amp.network.timeout': 1 }],
])('a server that never answers is waited for, whatever timeout amp has %s', async (_, settings) => {
  amp.write('.config/amp/settings.json', JSON.stringify(settings));
  const id = amp.server.addThread();
  amp.server.behave(behaviours.hang);
  const calls = [NEW, ['threads', 'archive', '--unarchive', id]];
  for (const result of await Promise.all(calls.map((args) => amp.run(args, { timeout: LONG_ENOUGH })))) {
    const { timedOut, stdout, stderr } = result;
    expect({ timedOut, stdout, stderr }).toEqual({ timedOut: true, stdout: '', stderr: '' });
  }
});

test('one operation can fail alone, or be slow, which is waited for', async () => {
  amp.server.behave(behaviours.status(500), { only: 'createThread' });
  expect((await amp.run(NEW)).exitCode).toBe(1);
  const id = amp.server.addThread();
  expect((await amp.run(['threads', 'archive', '--unarchive', id])).exitCode).toBe(0);
  amp.server.behave(behaviours.ok);
  amp.server.behave(behaviours.slow(2000), { only: 'createThread' });
  expect((await amp.run(NEW)).exitCode).toBe(0);
});

test('a rejected key: every command says so, and nothing changes', async () => {
  const id = amp.server.addThread({ archived: true });
  const env = { AMP_API_KEY: 'another key' };
  expect(firstLine((await amp.run(NEW, { env })).stderr)).toContain('Not logged in');
  expect((await amp.run(['threads', 'archive', '--unarchive', id], { env })).stderr).toContain(
    'Authentication required',
  );
  expect([...amp.server.threads.values()].map((thread) => thread.archived)).toEqual([true]);
  expect(amp.server.requests.some(({ goodKey }) => goodKey)).toBe(false);
});

test.each([undefined, ''])('without a key (%j) no thread is created', async (key) => {
  const { exitCode, stderr } = await amp.run(NEW, { env: { AMP_API_KEY: key } });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/Not logged in|API key required/);
  expect(amp.server.requests.filter(({ goodKey }) => goodKey)).toEqual([]);
  expect(amp.server.threads.size).toBe(0);
});

/** Milliseconds: seven times what an answered command takes. */
const LONG_ENOUGH = 5000;

function ID(): string {
  return 'T-11111111-1111-4111-8111-111111111111';
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
