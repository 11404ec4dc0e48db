import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type * as z from 'zod';
import { COMMANDS, type CommandSpec } from '../../shim/cli/spec.ts';
import { runAgentDouble } from '../support/cli/agent-double.ts';
import { threadNumbered } from '../support/cli/amp-double.ts';
import { makeDoubleHome } from '../support/cli/bench.ts';
import { ampSession, type Home } from '../support/cli/home.ts';
import { recordEvents } from '../support/cli/record.ts';
import { jsonSchema, SCHEMA_FILE } from '../support/cli/schema.ts';
import { SHAPES } from '../support/cli/shapes.ts';

const [A, B, C] = [threadNumbered(1), threadNumbered(2), threadNumbered(3)] as const;
const PROMPT = { sha256: 'a'.repeat(64), bytes: 1 };

const newHome = (): Home => makeDoubleHome().home;

/** A key with every kind of history: C is active and a fork of A, B was given up. */
async function recordEverything({ stateFolder, project }: Home): Promise<void> {
  const workdir = project;
  const known = { event: 'thread', origin: 'new', workdir } as const;
  const launched = { event: 'launched', workdir, lastSeen: null } as const;
  await recordEvents(stateFolder, 'main', [
    { ...known, thread: B },
    { ...launched, thread: B, prompt: null },
    { event: 'replaced', thread: B, reason: 'Amp reports that the thread no longer exists' },
    { ...known, thread: A },
    { event: 'named', thread: A, name: 'login page' },
    { ...launched, thread: A, prompt: PROMPT },
    { ...known, origin: 'forked', thread: C, parent: A },
    { event: 'switched', from: A, to: C, by: 'fork' },
  ]);
}

/** Runs a command and parses its output: exactly one line of JSON, with exactly the documented fields. */
async function read<Name extends keyof typeof SHAPES>(
  home: Home,
  name: Name,
  ...args: string[]
): Promise<z.infer<(typeof SHAPES)[Name]>> {
  const { stdout, stderr } = await ampSession(home, [
    name,
    ...args,
    ...(name === 'export' ? [] : ['--json']),
  ]);
  if (name !== 'export') expect(stdout.split('\n'), stderr).toHaveLength(2);
  return SHAPES[name].parse(JSON.parse(stdout)) as z.infer<(typeof SHAPES)[Name]>;
}

it('the committed schema is generated from the zod schemas', () => {
  const committed: unknown = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'));
  expect(committed, `${SCHEMA_FILE} is old: run 'npm run captures -- schema' and commit it`).toEqual(
    jsonSchema(),
  );
});

it('every command with --json has a schema', () => {
  const specs: readonly (readonly [string, CommandSpec])[] = Object.entries(COMMANDS);
  const speaking = specs.filter(([, { options }]) => Object.hasOwn(options, 'json'));
  expect(new Set(Object.keys(SHAPES))).toEqual(
    new Set([...speaking.map(([name]) => name), 'cleanup --processes', 'export']),
  );
});

it('of a key without a record', async () => {
  const home = newHome();
  expect(await read(home, 'status')).toMatchObject({ thread: null, persistence: null });
  expect(await read(home, 'list')).toEqual({
    keys: [{ key: 'main', total: 0, threads: [], agent: null, question: null }],
  });
  expect(await read(home, 'list', '--all')).toEqual({ keys: [] });
  expect((await read(home, 'cleanup')).archive).toBeNull();
  expect((await read(home, 'doctor')).findings.map(({ level }) => level)).toContain('note');
});

it('of a key with every kind of history', async () => {
  const home = newHome();
  await recordEverything(home);
  expect((await read(home, 'status')).thread).toMatchObject({ thread: C, undelivered: true });
  const { keys } = await read(home, 'list', '--all', '--remote', '--limit', '2');
  expect(keys).toMatchObject([{ total: 3, threads: [{ thread: C }, { thread: A }] }]);
  expect(await read(home, 'show', B)).toMatchObject({ ended: {}, since: expect.any(String) });
  expect(await read(home, 'show', A)).toMatchObject({
    name: 'login page',
    title: 'Fix the login page',
    children: [C],
  });
  expect(await read(home, 'show', A, '--remote')).toMatchObject({ usage: 'Cost: $0.42', messages: null });
  expect(await read(home, 'show', A, '--messages')).toMatchObject({ usage: null, messages: [] });
  expect(await read(home, 'search', 'redirect')).toMatchObject({
    keys: [{ total: 1, threads: [{ thread: A }] }],
  });
  expect(await read(home, 'open', A)).toEqual({
    key: 'main',
    thread: A,
    url: `https://ampcode.com/threads/${A}`,
  });
  expect(await read(home, 'send', 'hello')).toMatchObject({ thread: C, via: 'amp' });
  expect(await read(home, 'send', 'hello', '--key', 'telegram:652')).toMatchObject({ key: 'telegram:652' });
  const fresh = await read(home, 'new', '--name', 'fresh');
  expect(fresh).toMatchObject({ name: 'fresh', active: true, now: false });
  expect(await read(home, 'use', threadNumbered(9).toString())).toMatchObject({ origin: 'adopted' });
  expect(await read(home, 'fork', 'fresh')).toMatchObject({ parent: fresh.thread, origin: 'forked' });
  expect(await read(home, 'rename', 'fresh', '--clear')).toMatchObject({ thread: fresh.thread, name: null });
  expect(await read(home, 'forget', B, '--yes', '--delete')).toMatchObject({ forgotten: [B], deleted: true });
  const dropped = await read(home, 'cleanup', '--older-than', '0d', '--keep', '1', '--yes');
  expect(dropped.forgotten).toContain(fresh.thread);
  const exported = await read(home, 'export');
  expect(exported).toMatchObject({ key: 'main', runner: null });
  writeFileSync(join(home.project, 'main.json'), JSON.stringify(exported));
  const imported = await read(newHome(), 'import', join(home.project, 'main.json'), '--key', 'docs');
  expect(imported).toMatchObject({ key: 'docs' });
  expect(imported.threads.length).toBeGreaterThan(0);
});

it('of a running agent, and of one that is about to start', async () => {
  const home = newHome();
  await recordEverything(home);
  const { project: workdir } = home;
  await recordEvents(home.stateFolder, 'main', [
    { event: 'launched', thread: C, workdir, prompt: PROMPT, lastSeen: null },
  ]);
  onTestFinished(await runAgentDouble(home, true));
  expect(await read(home, 'status')).toMatchObject({
    agent: { state: 'running', thread: C },
    persistence: true,
  });
  expect(await read(home, 'use', C)).toMatchObject({ thread: C, now: true });
  expect((await read(home, 'export')).runner?.agent?.ampOptions).toEqual(['--mode', 'low']);
  const waiting = newHome();
  await recordEverything(waiting);
  await runAgentDouble(waiting, false);
  expect((await read(waiting, 'status')).agent).toEqual({
    state: 'waiting',
    thread: null,
    url: null,
    doing: null,
    question: null,
    failedStarts: 0,
  });
});

it('the doctor reports problems in the same format', async () => {
  const home = newHome();
  mkdirSync(join(home.stateFolder, 'sessions'), { mode: 0o755 });
  const { healthy, findings } = await read(home, 'doctor');
  expect(healthy).toBe(false);
  expect(findings).toContainEqual(expect.objectContaining({ about: 'folder', level: 'problem' }));
});
