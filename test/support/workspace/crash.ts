import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { realAmpDir } from '../amp/real-amp.ts';
import { temporaryFolder } from '../folders.ts';
import { makeProgram } from '../script.ts';
import type { Workspace } from './workspace.ts';

/** Runs a workspace until a program in it creates this file, and then kills everything at once. */
export async function crashAt(dev: Workspace, file: string): Promise<void> {
  const made = new Promise<void>((resolve) => {
    const watcher = watch(dev.home, () => {
      if (!existsSync(join(dev.home, file))) return;
      watcher.close();
      resolve();
    });
  });
  await dev.provision();
  const scripts = dev.runStartScripts();
  await made;
  dev.crash();
  await scripts;
}

/** A folder with an `amp` that runs bash code before it becomes the real one. */
export function ampThatFirst(script: string): string {
  const folder = temporaryFolder();
  makeProgram(join(folder, 'amp'), `real='${join(realAmpDir(), 'amp')}'\n${script}\nexec "$real" "$@"`);
  return folder;
}
