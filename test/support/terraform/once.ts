import { access, mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Creates a folder once for all processes on this machine and keeps it: the first process fills a temporary
 * folder beside it and renames that atomically; the others wait.
 *
 * @param folder the path
 * @param make fills the empty folder that it is given
 * @param waitMs how long to wait for another process that is creating it, in milliseconds
 * @throws what `make` throws, or an error if the other process takes longer than `waitMs`
 */
export async function makeOnce(
  folder: string,
  make: (temporary: string) => Promise<void>,
  waitMs: number,
): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(path.dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`, waitMs);
  try {
    if (await exists(folder)) return;
    const temporary = await mkdtemp(`${folder}.`);
    try {
      await make(temporary);
      await rename(temporary, folder).catch(async (error: unknown) => {
        // Two processes that found a dead owner's lock at the same time both created the folder: the first to
        // finish wins.
        if (!(await exists(folder))) throw error;
      });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } finally {
    await unlock();
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function lock(file: string, waitMs: number): Promise<() => Promise<void>> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    // The owner of an empty file is about to write its pid.
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    else if (Date.now() > deadline)
      throw new Error(`Process ${owner} has held ${file} for over ${waitMs} ms.`);
    else await delay(200);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
