// Replaces `node:fs`, `node:child_process` and `node:timers/promises` in the crash build (crash-build.ts).
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import * as fs from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { REPORTS, Steps } from './steps.ts';
import { loseUnsynced, noteOpen, noteRename, noteSync, noteWrite, pathOf } from './unsynced.ts';

/** Amp's processes, each in its own group. */
const calls = new Set<number>();

// A runner is helped by one of the two, or none.
const program = process.argv[2] === 'runner-check' ? 'runner-deliver' : process.argv[2];
const steps = new Steps(program ?? '', (powerLoss) => {
  for (const pid of calls) endGroup(pid);
  return powerLoss ? loseUnsynced() : 0;
});

steps.take('begins', () => undefined);
process.on('exit', () => steps.take('ends', () => undefined));

/** `openSync`: opening for writing is a step. */
export function openSync(path: string, flags: string, mode?: number): number {
  const open = (): number => fs.openSync(path, flags, mode);
  const descriptor = flags === 'r' ? open() : steps.take(`openSync ${basename(path)} (${flags})`, open);
  noteOpen(descriptor, path);
  return descriptor;
}

/** `writeFileSync`, which a crash may cut short in the middle of the text. */
export function writeFileSync(file: number | string, text: string, options?: fs.WriteFileOptions): void {
  noteWrite(file);
  const write = (part: string): void => fs.writeFileSync(file, part, options);
  const half = (): void => write(text.slice(0, text.length / 2));
  steps.take(`writeFileSync ${basename(pathOf(file))}`, () => write(text), half);
}

/** `fsyncSync`: a step, since a power loss before it discards what was written. */
export function fsyncSync(descriptor: number): void {
  steps.take(`fsyncSync ${basename(pathOf(descriptor))}`, () => fs.fsyncSync(descriptor));
  noteSync(descriptor);
}

/** `renameSync`. */
export function renameSync(from: string, to: string): void {
  steps.take(`renameSync to ${basename(to)}`, () => {
    fs.renameSync(from, to);
    noteRename(from, to);
  });
}

/** `rmSync`. */
export function rmSync(path: string, options: fs.RmOptions): void {
  steps.take(`rmSync ${basename(path)}`, () => fs.rmSync(path, options));
}

/** `linkSync`. */
export function linkSync(from: string, to: string): void {
  steps.take(`linkSync to ${basename(to)}`, () => fs.linkSync(from, to));
}

/** `mkdirSync`. */
export function mkdirSync(path: string, options: fs.MakeDirectoryOptions): void {
  steps.take(`mkdirSync ${basename(path)}`, () => fs.mkdirSync(path, options));
}

/**
 * Wraps `spawn`: the start of a call of Amp is a step, and so is its end.
 * @param spawn the real one.
 */
export function steppedSpawn(
  spawn: (file: string, args: readonly string[], options: SpawnOptions) => ChildProcess,
): typeof spawn {
  return (file, args, options) => {
    const name = [file, ...args].join(' ');
    // Amp reports to the harness as well; Node only passes on the listed descriptors.
    const stdio = Array.isArray(options.stdio) ? [...options.stdio, REPORTS] : options.stdio;
    const child = steps.take(`spawn ${name}`, () => {
      const started = spawn(file, args, { ...options, stdio });
      if (started.pid !== undefined) calls.add(started.pid);
      return started;
    });
    child.once('exit', () => steps.take(`end of ${name}`, () => undefined));
    return child;
  };
}

const FASTER = 20;

/** `setTimeout` of `node:timers/promises`, but faster: a schedule gains nothing from pauses of a second. */
export function setTimeout(
  milliseconds: number,
  value?: undefined,
  options?: { signal: AbortSignal },
): Promise<void> {
  return pause(milliseconds / FASTER, value, options);
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
