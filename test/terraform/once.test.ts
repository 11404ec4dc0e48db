import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { HANG_MS } from '../support/limits.ts';
import { makeOnce } from '../support/terraform/once.ts';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = temporaryFolder();
  folder = path.join(parent, 'mirror');
});

const fill = (text: string) => (temporary: string) => writeFile(path.join(temporary, 'file'), text);

it('creates the folder once, however many processes ask for it', async () => {
  const made: number[] = [];
  const ask = (who: number) =>
    makeOnce(
      folder,
      async (temporary) => {
        made.push(who);
        await fill(String(who))(temporary);
      },
      HANG_MS,
    );
  await Promise.all([1, 2, 3, 4].map(ask));
  await ask(5);
  expect(made).toHaveLength(1);
  expect(await readFile(path.join(folder, 'file'), 'utf8')).toBe(String(made[0]));
  expect(await readdir(parent)).toEqual(['mirror']);
});

it('takes over from a process that died creating it', async () => {
  const dead = await execa('node', ['-p', 'process.pid']);
  await writeFile(`${folder}.lock`, dead.stdout);
  await makeOnce(folder, fill('mended'), HANG_MS);
  expect(await readFile(path.join(folder, 'file'), 'utf8')).toBe('mended');
});

it('leaves nothing behind when creation fails, and says why', async () => {
  const failing = async () => {
    throw new Error('no network');
  };
  await expect(makeOnce(folder, failing, HANG_MS)).rejects.toThrow('no network');
  expect(await readdir(parent)).toEqual([]);
});

it('does not wait forever for a process that does not finish', async () => {
  await writeFile(`${folder}.lock`, String(process.pid));
  await expect(makeOnce(folder, fill('never'), 300)).rejects.toThrow(
    `has held ${folder}.lock for over 300 ms`,
  );
});
