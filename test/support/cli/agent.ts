import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { type Runner, readRunner } from '../../../shim/store/runner.ts';
import { temporaryFolder } from '../folders.ts';
import { IMPATIENT, PATIENT } from '../patience.ts';
import { makeProgram } from '../script.ts';
import { openTerminal, type Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Running, startCommand } from './home.ts';

/** The object that `amp-session --json` prints; tests check its fields. */
export type Printed = { readonly [name: string]: unknown };

/** Runs `amp-session … --json` in a workspace. @returns its output. Fails unless it exits with 0. */
export async function session(dev: Workspace, ...args: readonly string[]): Promise<Printed> {
  const { exitCode, stdout, stderr } = await dev.run('amp-session', [...args, '--json']);
  expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return JSON.parse(stdout);
}

/** Starts `amp-session` in a workspace, without waiting. */
export function startSession(dev: Workspace, ...args: readonly string[]): Running {
  return startCommand(args, { cwd: dev.home, env: dev.env() });
}

/** Runs a command that names one thread. @returns the thread. */
export async function threadOf(dev: Workspace, ...args: readonly string[]): Promise<string> {
  const { thread } = await session(dev, ...args);
  if (typeof thread !== 'string') throw new Error(`amp-session ${args.join(' ')} named no thread`);
  return thread;
}

/** The start script of a workspace's last start. */
export function runnerOf(dev: Workspace): Runner {
  const runner = readRunner(sessionPaths(dev.stateFolder, 'main').runner);
  if (runner === null) throw new Error('No start has been recorded.');
  return runner;
}

/** The program that `amp-session` calls to attach, on a PATH of its own. */
export type AttachDouble = { readonly folder: string; readonly calls: () => string };

/**
 * A double for `agentapi attach`, which the stand-in does not have: it records its arguments and runs until
 * it is killed. Everything else goes to the next `agentapi` on PATH. The contract is the real one's
 * (v0.12.1): `agentapi attach --url <url>`.
 */
export function attachDouble(): AttachDouble {
  const folder = temporaryFolder();
  const calls = join(folder, 'calls');
  makeProgram(join(folder, 'agentapi'), `echo "$*" >>'${calls}'; echo "attached: $*"; read -r _`);
  return { folder, calls: () => readFileSync(calls, 'utf8') };
}

/**
 * Opens `amp-session` on a terminal of a workspace; it is closed after the test.
 * @param path folders to add to PATH.
 */
export function openSession(dev: Workspace, args: readonly string[], ...path: readonly string[]): Terminal {
  const env = dev.env();
  const terminal = openTerminal('amp-session', args, {
    cwd: dev.home,
    env: { ...env, PATH: [...path, env['PATH']].join(':') },
  });
  onTestFinished(() => terminal.close());
  return terminal;
}

/**
 * Waits until a command on a terminal shows a text, and then for its end.
 * @returns its exit code.
 */
export async function endOf(terminal: Terminal, says: string): Promise<number> {
  // When the program has ended, its last output may still be on its way through the emulator.
  const said = () => terminal.screen().replaceAll('\n', '');
  await expect.poll(said).toContain(says);
  return (await terminal.ended).exitCode;
}

/** Runs amp-session with the real deadlines: the tests' would be waited out. */
export async function impatient(dev: Workspace, ...args: string[]) {
  dev.setImage(IMPATIENT);
  const ended = await dev.run('amp-session', args);
  dev.setImage(PATIENT);
  return ended;
}
