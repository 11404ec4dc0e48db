import { closeSync, openSync } from 'node:fs';
import { callProgram, withoutSecrets } from '../system/call.ts';
import { readTextIfPresent } from '../system/files.ts';
import type { AmpRun } from './outcome.ts';
import type { ThreadId } from './thread-id.ts';

/** How the agent's `amp` is called: in which folder, and with which global options in front (`--mode`, …). */
export type AmpContext = {
  readonly workdir: string;
  readonly options: readonly string[];
  /** Values of the environment that no log may show, whatever a program prints (invariant I6). */
  readonly secrets: readonly string[];
};

/**
 * Asks Amp for a new thread (`amp threads new`).
 * @param into file that receives the command's output directly, without passing through this process: should
 * everything be killed right after Amp answered, the ID is on the volume all the same.
 * @param milliseconds after which the call is killed; Amp has no time-out of its own.
 */
export async function newThread(amp: AmpContext, into: string, milliseconds: number): Promise<AmpRun> {
  const file = openSync(into, 'wx', 0o600);
  try {
    const run = await callAmp(amp, ['threads', 'new'], milliseconds, file);
    return { ...run, stdout: withoutSecrets(readTextIfPresent(into) ?? '', amp.secrets) };
  } finally {
    closeSync(file);
  }
}

/**
 * Proves that a thread exists and can be written to, and mends it if it was archived, in one request
 * (`amp threads archive --unarchive`, which succeeds for a live thread too).
 * @param milliseconds after which the call is killed.
 */
export function unarchiveThread(amp: AmpContext, thread: ThreadId, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'archive', '--unarchive', thread], milliseconds);
}

/**
 * Fetches the whole thread as JSON (`amp threads export`).
 * @param milliseconds after which the call is killed.
 */
export function exportThread(amp: AmpContext, thread: ThreadId, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'export', thread], milliseconds);
}

/**
 * Fetches the account's threads as JSON (`amp threads list --json`): of every workspace, so never to choose one from.
 * @param milliseconds after which the call is killed.
 */
export function listThreads(amp: AmpContext, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'list', '--json', '--include-archived', '--limit', '500'], milliseconds);
}

/**
 * Deletes a thread for good (`amp threads delete`).
 * @param milliseconds after which the call is killed.
 */
export function deleteThread(amp: AmpContext, thread: ThreadId, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'delete', thread], milliseconds);
}

/**
 * One headless turn in a thread (`amp threads continue <id> -x`).
 * @param text what is said, on standard input: of any length, and in no process list.
 * @param form `stream` for Amp's own events, one JSON a line, which go to standard output as they come; `text` for the answer alone.
 * @param onStart told Amp's process number.
 */
export function takeTurnIn(
  amp: AmpContext,
  thread: ThreadId,
  text: string,
  form: 'text' | 'stream',
  onStart: (pid: number) => void,
): Promise<AmpRun> {
  const command = ['threads', 'continue', thread, '-x', ...(form === 'stream' ? ['--stream-json'] : [])];
  return callProgram({
    program: 'amp',
    args: [...amp.options, ...command],
    cwd: amp.workdir,
    milliseconds: null,
    input: text,
    ...(form === 'stream' ? { stdout: 'inherit' } : {}),
    onStart,
    secrets: amp.secrets,
  });
}

function callAmp(
  amp: AmpContext,
  command: readonly string[],
  milliseconds: number,
  stdout?: number,
): Promise<AmpRun> {
  return callProgram({
    program: 'amp',
    args: [...amp.options, ...command],
    cwd: amp.workdir,
    milliseconds,
    ...(stdout === undefined ? {} : { stdout }),
    secrets: amp.secrets,
  });
}
