import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { prepare } from '../../shim/start/prepare.ts';
import { type SessionPaths, sessionPaths } from '../../shim/store/paths.ts';
import { readSession } from '../../shim/store/read.ts';
import { makeStart, THREAD } from '../support/start.ts';

/** Paths that can't be read, as on a bad disk, and the error each gives. */
const bad = vi.hoisted(() => ({ paths: new Set<string>(), code: 'EIO' }));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const readable = (path: unknown) => {
    if (!bad.paths.has(String(path))) return;
    throw Object.assign(new Error(`${bad.code}: read '${path}'`), { code: bad.code });
  };
  return {
    ...fs,
    readFileSync: ((...args: Parameters<typeof fs.readFileSync>) => {
      readable(args[0]);
      return fs.readFileSync(...args);
    }) as typeof fs.readFileSync,
    openSync: (...args: Parameters<typeof fs.openSync>) => {
      readable(args[0]);
      return fs.openSync(...args);
    },
  };
});

type Files = { readonly paths: SessionPaths; readonly stateFolder: string };

/** Every file of ours or AgentAPI's that a start reads, except the history. */
const FILES: readonly (readonly [string, (files: Files) => string])[] = [
  ['store.json', ({ paths }) => paths.snapshot],
  ['store.previous.json', ({ paths }) => paths.previousSnapshot],
  ['runner.json', ({ paths }) => paths.runner],
  ['key', ({ paths }) => paths.key],
  ["AgentAPI's pid file", ({ stateFolder }) => join(stateFolder, 'agentapi.pid')],
  ["AgentAPI's state file", ({ stateFolder }) => join(stateFolder, 'agentapi-state.json')],
  ['the copy of the chat', ({ paths }) => join(paths.chats, `${THREAD}.saved.json`)],
  ['an answer of threads new', ({ paths }) => join(paths.folder, 'new-thread.1.1.out')],
  ['a lock', ({ paths }) => join(paths.folder, 'lock.99')],
];

/** A key whose folder has a different name, so that `key` is read and written too. */
const KEY = 'telegram:652';

async function lived() {
  const { config, said } = makeStart();
  const mine = { ...config, key: KEY };
  const paths = sessionPaths(config.stateFolder, KEY);
  for (let run = 1; run <= 3; run++) await prepare({ ...mine, run }, '');
  said();
  return { config: mine, paths, said, files: { paths, stateFolder: config.stateFolder } };
}

const CONTINUED = { kind: 'launch', agentArgs: ['threads', 'continue', THREAD], keepChat: true };

describe.each(FILES)("%s can't be read", (_name, pathIn) => {
  it.each(['EIO', 'EACCES'])('%s: the conversation continues and is recorded', async (code) => {
    const { config, paths, files, said } = await lived();
    const path = pathIn(files);
    if (!existsSync(path)) writeFileSync(path, 'x');
    utimesSync(path, 1, 1);
    Object.assign(bad, { code, paths: new Set([path]) });
    expect(await prepare({ ...config, run: 4 }, '')).toMatchObject(CONTINUED);
    bad.paths.clear();
    expect(said()).not.toContain('could not be recorded');
    expect(readSession(paths).session.active).toMatchObject({ thread: THREAD, starts: 4 });
  });

  it("a folder in its place: the conversation continues and is recorded, and the folder's contents are kept", async () => {
    const { config, paths, files, said } = await lived();
    const path = pathIn(files);
    rmSync(path, { force: true });
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'precious'), 'x');
    utimesSync(path, 1, 1);
    for (const run of [4, 5]) {
      expect(await prepare({ ...config, run }, '')).toMatchObject(CONTINUED);
    }
    expect(said()).not.toContain('could not be recorded');
    expect(readSession(paths).session.active).toMatchObject({ thread: THREAD, starts: 5 });
    const everything = readdirSync(config.stateFolder, { recursive: true });
    expect(everything.filter((name) => String(name).endsWith('/precious'))).toHaveLength(1);
  });
});

it.each(['EIO', 'EACCES'])(
  "history.jsonl can't be read (%s): the snapshot's thread is continued, and nothing is written",
  async (code) => {
    const { config, paths, said } = await lived();
    const before = readSession(paths).session;
    Object.assign(bad, { code, paths: new Set([paths.history]) });
    expect(await prepare({ ...config, run: 4 }, 'fix it')).toMatchObject({ ...CONTINUED, prompt: 'none' });
    expect(said()).toContain('could not be recorded');
    bad.paths.clear();
    expect(readSession(paths).session).toEqual(before);
  },
);

it('a file that can neither be read nor set aside is skipped', async () => {
  const { config, paths, said } = await lived();
  Object.assign(bad, { code: 'EIO', paths: new Set([paths.snapshot]) });
  const rename = vi.spyOn(await import('../../shim/system/files.ts'), 'setAside');
  rename.mockImplementation(() => {
    throw new Error('EIO: rename');
  });
  expect(await prepare({ ...config, run: 4 }, '')).toMatchObject(CONTINUED);
  expect(said()).toContain('could be neither read nor set aside');
});
