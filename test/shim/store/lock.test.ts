import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { takeLock } from '../../../shim/store/lock.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { identifyProcess } from '../../../shim/system/processes.ts';
import { temporaryFolder } from '../../support/folders.ts';

const soon = () => new Deadline(1_000);
const mine = () => identifyProcess(process.pid);

/** Increments a counter in a file under the lock, with a deliberately unsafe read and write. */
const COUNT = `
import { readFileSync, writeFileSync } from 'node:fs';
import { takeLock } from './shim/store/lock.ts';
import { Deadline } from './shim/system/deadline.ts';
const [folder, times, end] = process.argv.slice(2);
for (let i = 0; i < Number(times); i++) {
  const lock = await takeLock(folder, new Deadline(30_000));
  if (end === 'die') process.kill(process.pid, 'SIGKILL');
  const count = Number(readFileSync(folder + '/count', 'utf8'));
  await new Promise(setImmediate);
  writeFileSync(folder + '/count', String(count + 1));
  lock.release();
}`;

describe('takeLock', () => {
  let counter = '';
  beforeAll(async () => {
    const built = await build({
      stdin: { contents: COUNT, resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
    });
    counter = built.outputFiles[0]?.text ?? '';
  });

  it('is held by one process at a time', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'count'), '0');
    writeFileSync(join(folder, 'counter.mjs'), counter);
    await Promise.all(
      Array.from({ length: 8 }, () => execa(process.execPath, [join(folder, 'counter.mjs'), folder, '20'])),
    );
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('160');
  });

  it('is taken over at once from a process that was killed', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'holder.mjs'), counter);
    const holder = await execa(process.execPath, [join(folder, 'holder.mjs'), folder, '1', 'die'], {
      reject: false,
    });
    expect(holder.signal).toBe('SIGKILL');
    expect(readdirSync(folder)).toContain('lock.1');
    expect(await takeLock(folder, soon())).not.toBeNull();
  });

  it.each([
    ['its living owner', () => mine(), false],
    ["a number that is another process's now", () => ({ ...mine(), started: 1 }), true],
    ['nobody that can be understood', () => 'x', true],
  ])('recognizes a lock of %s', async (_name, owner, free) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock.7'), JSON.stringify(owner()));
    expect((await takeLock(folder, soon())) !== null).toBe(free);
  });
});
