import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepare } from '../../shim/start/prepare.ts';
import { temporaryFolder } from '../support/folders.ts';
import { makeStart, THREAD } from '../support/start.ts';

it.each(['store.json', 'store.previous.json', 'runner.json'])(
  'I6: a symlink planted in place of %s is replaced, not followed',
  async (name) => {
    const { config, paths, session } = makeStart();
    await prepare(config, '');
    const outside = join(temporaryFolder(), 'precious');
    writeFileSync(outside, 'precious');
    rmSync(join(paths.folder, name), { force: true });
    symlinkSync(outside, join(paths.folder, name));
    expect(await prepare({ ...config, run: 2 }, '')).toMatchObject({
      agentArgs: ['threads', 'continue', THREAD],
    });
    expect(readFileSync(outside, 'utf8')).toBe('precious');
    expect(session().active?.thread).toBe(THREAD);
  },
);
