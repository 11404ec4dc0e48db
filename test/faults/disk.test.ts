import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { prepare } from '../../shim/start/prepare.ts';
import { readSession } from '../../shim/store/read.ts';
import { makeStart, THREAD } from '../support/start.ts';

/** Which write fails, counted from the start of a run, and whether every later one fails too. */
const fault = vi.hoisted(() => ({ at: Number.POSITIVE_INFINITY, stays: false, code: 'ENOSPC', writes: 0 }));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const failing = <Arguments extends unknown[], Result>(name: string, real: (...args: Arguments) => Result) =>
    ((...args: Arguments): Result => {
      fault.writes += 1;
      const fails = fault.stays ? fault.writes >= fault.at : fault.writes === fault.at;
      if (fails) throw Object.assign(new Error(`${fault.code}: ${name}`), { code: fault.code });
      return real(...args);
    }) as typeof real;
  const isForWriting = (flags: unknown) => typeof flags === 'string' && flags !== 'r';
  return {
    ...fs,
    openSync: (...args: Parameters<typeof fs.openSync>) =>
      isForWriting(args[1]) ? failing('open', fs.openSync)(...args) : fs.openSync(...args),
    writeFileSync: failing('write', fs.writeFileSync),
    fsyncSync: failing('fsync', fs.fsyncSync),
    renameSync: failing('rename', fs.renameSync),
    linkSync: failing('link', fs.linkSync),
    mkdirSync: failing('mkdir', fs.mkdirSync),
    createWriteStream: failing('create', fs.createWriteStream),
  };
});

const OTHER = THREAD.replaceAll('a', 'b');

const CASES = [
  { code: 'ENOSPC', stays: false },
  { code: 'ENOSPC', stays: true },
  { code: 'EDQUOT', stays: true },
  { code: 'EROFS', stays: true },
  { code: 'EIO', stays: false },
] as const;

beforeEach(() => {
  Object.assign(fault, { at: Number.POSITIVE_INFINITY, stays: false, writes: 0 });
});

async function writesOf(run: () => Promise<unknown>): Promise<number> {
  fault.writes = 0;
  await run();
  return fault.writes;
}

describe.each(CASES)('$code at each write (stays: $stays)', (kind) => {
  it('I9, I2: a cold start starts the agent, and the next start uses any ID that Amp handed out', async () => {
    const first = makeStart();
    const writes = await writesOf(() => prepare(first.config, 'fix it'));
    expect(writes).toBeGreaterThan(20);
    for (let at = 1; at <= writes; at++) {
      const { config, home, amp, paths } = makeStart();
      amp({
        'threads new': `touch "$HOME_OF_TEST/asked"; echo ${THREAD}`,
        '--unarchive': 'echo ok',
        export: `echo '{"messages":[]}'`,
      });
      vi.stubEnv('HOME_OF_TEST', home);
      Object.assign(fault, { ...kind, at, writes: 0 });
      expect(await prepare(config, 'fix it'), `write ${at}`).toMatchObject({ kind: 'launch' });
      Object.assign(fault, { at: Number.POSITIVE_INFINITY });
      // The disk works again: one thread, and the store is readable.
      amp({
        'threads new': `echo ${OTHER}`,
        '--unarchive': 'echo ok',
        export: `echo '{"messages":[]}'`,
      });
      expect(await prepare({ ...config, run: 2 }, 'fix it'), `after write ${at}`).toMatchObject({
        kind: 'launch',
      });
      const { session, unreadable } = readSession(paths);
      expect(unreadable, `after write ${at}`).toEqual([]);
      const handedOut = existsSync(join(home, 'asked'));
      expect(session.active?.thread, `after write ${at}`).toBe(handedOut ? THREAD : OTHER);
    }
  });

  it('I3, I9: a warm start continues the recorded thread, and it stays recorded', async () => {
    const rehearsal = makeStart();
    await prepare(rehearsal.config, '');
    const writes = await writesOf(() => prepare(rehearsal.config, ''));
    for (let at = 1; at <= writes; at++) {
      const { config, session } = makeStart();
      await prepare(config, '');
      Object.assign(fault, { ...kind, at, writes: 0 });
      expect(await prepare({ ...config, run: 2 }, ''), `write ${at}`).toMatchObject({
        kind: 'launch',
        agentArgs: ['threads', 'continue', THREAD],
      });
      Object.assign(fault, { at: Number.POSITIVE_INFINITY });
      expect(session().active?.thread).toBe(THREAD);
    }
  });
});
