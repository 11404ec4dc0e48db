import { beforeEach, expect, test } from 'vitest';
import { findThreadId } from '../../shim/amp/thread-id.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { recordsOf } from '../support/amp/records.ts';
import { textOf } from '../support/amp/server.ts';

const UNKNOWN = 'T-00000000-0000-4000-8000-000000000000';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

test('threads new prints one line, the URL of a thread created by the server, and records it under the name of its standard input', async () => {
  const { exitCode, stdout, stderr } = await amp.run(['threads', 'new']);
  const [id] = amp.server.threads.keys();
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: `${amp.server.url}/threads/${id}`,
    stderr: '',
  });
  // Both forms give the same ID: the URL, and the bare ID printed by versions up to 2026-07.
  expect([findThreadId(`${stdout}\n`), findThreadId(`${id}\n`)]).toEqual([id, id]);
  expect(amp.session()).toMatchObject({ lastThreadId: id, neoWelcomeDismissed: false });
  expect(amp.lastThreads()).toEqual(recordsOf(amp.workdir, 'tty:/dev/null', id));
});

test.each([
  ['an archived', true],
  ['a live', false],
])('threads archive --unarchive on %s thread succeeds, with one request', async (_, archived) => {
  const id = amp.server.addThread({ archived });
  const { exitCode, stdout } = await amp.run(['threads', 'archive', '--unarchive', id]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '✓ Thread unarchived successfully' });
  expect(amp.server.threads.get(id)?.archived).toBe(false);
  expect(amp.server.requests).toMatchObject([{ operation: 'archiveThread', threadId: id, goodKey: true }]);
});

test.each([
  [['threads', 'archive', '--unarchive', UNKNOWN], 'Error: Failed to unarchive thread: Thread not found'],
  [['threads', 'continue', UNKNOWN], `Thread URL/threads/${UNKNOWN} does not exist.`],
  [['threads', 'export', UNKNOWN], `Thread URL/threads/${UNKNOWN} does not exist.`],
])('%j says when a thread does not exist', async (args, words) => {
  const { exitCode, stderr } = await amp.run(args);
  expect(exitCode).toBe(1);
  expect(stderr.trim()).toBe(words.replace('URL', amp.server.url));
});

test('export gives the whole thread as JSON', async () => {
  const id = amp.server.addThread({ messages: [{ role: 'user', text: 'a "b"\n$(c)' }] });
  const { stdout } = await amp.run(['threads', 'export', id]);
  expect(JSON.parse(stdout)).toMatchObject({
    id,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'a "b"\n$(c)' }] }],
  });
});

test('list, search, rename, label, archive and delete work on a thread of the account', async () => {
  const id = amp.server.addThread({ messages: [{ role: 'user', text: 'hello' }] });
  expect((await amp.run(['threads', 'rename', id, 'A name'])).exitCode).toBe(0);
  expect((await amp.run(['threads', 'label', id, 'blue'])).exitCode).toBe(0);
  expect(amp.server.threads.get(id)).toMatchObject({ title: 'A name', labels: ['blue'] });
  expect(JSON.parse((await amp.run(['threads', 'list', '--json'])).stdout)).toMatchObject([
    { id, title: 'A name', tree: null, messageCount: 1 },
  ]);
  expect(JSON.parse((await amp.run(['threads', 'search', `id:${id}`, '--json'])).stdout)).toMatchObject([
    { id, title: 'A name' },
  ]);
  expect(JSON.parse((await amp.run(['threads', 'search', `id:${UNKNOWN}`, '--json'])).stdout)).toEqual([]);
  expect((await amp.run(['threads', 'archive', id])).exitCode).toBe(0);
  expect(amp.server.threads.get(id)?.archived).toBe(true);
  expect((await amp.run(['threads', 'delete', id])).exitCode).toBe(0);
  expect(amp.server.threads.size).toBe(0);
  const { stderr } = await amp.run(['threads', 'archive', '--unarchive', id]);
  expect(stderr).toContain('Thread not found');
});

test("an empty thread can't be renamed", async () => {
  const { exitCode, stderr } = await amp.run(['threads', 'rename', amp.server.addThread(), 'A name']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'Error: Cannot rename an empty thread.' });
});

test('a headless turn on a thread adds to it in the given mode and prints the answer', async () => {
  const id = amp.server.addThread();
  const turn = ['threads', 'continue', id, '-x', 'one "two"\n$(three)'];
  const { exitCode, stdout } = await amp.run(['--mode', 'low', ...turn]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'I heard: one "two"' });
  expect(amp.server.threads.get(id)?.messages.map(textOf)).toEqual([
    'one "two"\n$(three)',
    'I heard: one "two"',
  ]);
  expect(amp.server.threads.get(id)?.messages[0]?.agentMode).toBe('low');
});

test('a headless turn on an archived thread is refused', async () => {
  const id = amp.server.addThread({ archived: true, messages: [{ role: 'user', text: 'hello' }] });
  const { exitCode, stderr } = await amp.run(['threads', 'continue', id, '-x', 'more']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('This thread is archived and cannot be continued.');
});

test('a thread created by a headless turn has a record of its own, and is archived when that ends, unless told otherwise', async () => {
  const first = await amp.run(['-x', 'hello', '--stream-json']);
  const [id] = amp.server.threads.keys();
  const lines = first.stdout.split('\n').map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ type: 'system', subtype: 'init', session_id: id });
  expect(lines.at(-1)).toMatchObject({ type: 'result', subtype: 'success', result: 'I heard: hello' });
  expect(amp.session()).toMatchObject({ lastExecuteThreadId: id });
  expect(amp.session()?.['lastThreadId']).toBeUndefined();
  expect(amp.lastThreads()).toEqual(recordsOf(amp.workdir, 'tty:/dev/null', id, 'execute'));
  await amp.run(['-x', 'hello', '--no-archive-after-execute']);
  expect([...amp.server.threads.values()].map((thread) => thread.archived)).toEqual([true, false]);
});
