import { mkdirSync, rmSync } from 'node:fs';
import * as jsonc from 'jsonc-parser';
import { beforeEach, expect, it, vi } from 'vitest';
import { checkRecord } from '../../../shim/doctor/record.ts';
import { checkWorkspace } from '../../../shim/doctor/workspace.ts';
import { Key } from '../../../shim/key/key.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { makeStart } from '../../support/start.ts';

/** With a code, nothing can be written: on a full volume (ENOSPC) or a read-only one (EROFS). */
const volume = vi.hoisted((): { code: string | null } => ({ code: null }));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const refused = (call: string) => {
    if (volume.code === null) return;
    throw Object.assign(new Error(`${volume.code}: ${call}`), { code: volume.code });
  };
  const refusing = <Arguments extends unknown[], Result>(
    name: string,
    real: (...args: Arguments) => Result,
  ) =>
    ((...args: Arguments): Result => {
      refused(name);
      return real(...args);
    }) as typeof real;
  return {
    ...fs,
    writeFileSync: refusing('write', fs.writeFileSync),
    renameSync: refusing('rename', fs.renameSync),
    mkdirSync: refusing('mkdir', fs.mkdirSync),
    accessSync: (...args: Parameters<typeof fs.accessSync>) => {
      if (volume.code === 'EROFS') refused('access');
      fs.accessSync(...args);
    },
    statfsSync: (path: string) =>
      volume.code === 'ENOSPC' ? { bavail: 0, bsize: 4096, ffree: 0, files: 100 } : fs.statfsSync(path),
  };
});

beforeEach(() => {
  volume.code = null;
});

async function lived() {
  const { config } = makeStart();
  await prepare(config, '');
  return new Key(config);
}

const problemsOf = (key: Key) =>
  [...checkWorkspace(key, jsonc), ...checkRecord(key)].filter(({ level }) => level === 'problem');

it.each([
  ['ENOSPC', 'space', /^0 MB free/],
  ['EROFS', 'folder', /read-only volume$/],
])('%s: the doctor identifies it', async (code, about, found) => {
  const key = await lived();
  volume.code = code;
  expect(problemsOf(key).filter((each) => each.about !== 'agent')).toEqual([
    { about, level: 'problem', found: expect.stringMatching(found), fix: expect.any(String) },
  ]);
});

it('an unreadable history is a finding, not a failure', async () => {
  const key = await lived();
  rmSync(key.paths.history);
  mkdirSync(key.paths.history);
  expect(problemsOf(key).filter(({ about }) => about === 'record')).toEqual([
    expect.objectContaining({ found: expect.stringMatching(/EISDIR.*nothing new can be recorded$/) }),
  ]);
});
