import { beforeEach, expect, it, vi } from 'vitest';
import { prepare } from '../../shim/start/prepare.ts';
import { makeStart, THREAD } from '../support/start.ts';

/** What can't be synced, and with which error. */
const fault = vi.hoisted(() => ({ of: 'folders', code: 'EINVAL' }));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {
    ...fs,
    fsyncSync: (file: number) => {
      if (fs.fstatSync(file).isDirectory() === (fault.of === 'folders'))
        throw Object.assign(new Error(`${fault.code}: fsync`), { code: fault.code });
      fs.fsyncSync(file);
    },
  };
});

beforeEach(() => void Object.assign(fault, { of: 'folders', code: 'EINVAL' }));

it.each(['EINVAL', 'ENOTSUP'])(
  'a file system that answers %s when a folder is synced loses no record',
  async (code) => {
    fault.code = code;
    const { config, said, session } = makeStart();
    expect(await prepare(config, 'fix it')).toMatchObject({ agentArgs: ['threads', 'continue', THREAD] });
    expect(said()).not.toContain('could not be recorded');
    expect(session().active?.thread).toBe(THREAD);
  },
);

it.each([
  ['folders', 'EIO'],
  ['files', 'EINVAL'],
])('%s that a broken disk does not sync (%s) count as not recorded', async (of, code) => {
  Object.assign(fault, { of, code });
  const { config, said } = makeStart();
  expect(await prepare(config, 'fix it')).toMatchObject({ kind: 'launch' });
  expect(said()).toContain(`could not be recorded (${code}: fsync)`);
});
