import { closeSync, openSync } from 'node:fs';
import { callProgram, withoutSecrets } from '../system/call.ts';
import { readTextIfPresent } from '../system/files.ts';
import type { AmpRun } from './outcome.ts';
import type { ThreadId } from './thread-id.ts';
import { type AmpTurnRun, type TurnEnd, turnEndIn } from './turn.ts';

/** How `amp` is called: in which folder, and with which global options (`--mode`, …). */
export type AmpContext = {
  readonly workdir: string;
  readonly options: readonly string[];
  /** Values that must never appear in a log, whatever a program prints (invariant I6). */
  readonly secrets: readonly string[];
};

/**
 * Asks Amp for a new thread (`amp threads new`).
 * @param into file that receives the command's output directly, without passing through this process: even if
 * everything is killed right after Amp answers, the ID is on the volume.
 * @param milliseconds after which the call is killed; Amp has no timeout of its own.
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
 * Proves that a thread exists and can be written to, and unarchives it if it was archived, in one request
 * (`amp threads archive --unarchive`, which also succeeds for a thread that isn't archived).
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
 * Fetches the account's threads as JSON (`amp threads list --json`). They include other workspaces' threads,
 * so never pick one from this list.
 * @param milliseconds after which the call is killed.
 */
export function listThreads(amp: AmpContext, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'list', '--json', '--include-archived', '--limit', '500'], milliseconds);
}

/**
 * Looks one thread up as JSON, with its title (`amp threads search 'id:<id>' --json`), in one request.
 * @param milliseconds after which the call is killed.
 */
export function findThreadAtAmp(amp: AmpContext, thread: ThreadId, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'search', `id:${thread}`, '--json'], milliseconds);
}

/**
 * Searches the account's threads in Amp's own query language, one page at a time, as JSON
 * (`amp threads search --json`). They include other workspaces' threads.
 * @param milliseconds after which the call is killed.
 */
export function searchThreads(
  amp: AmpContext,
  query: string,
  { limit, offset }: { readonly limit: number; readonly offset: number },
  milliseconds: number,
): Promise<AmpRun> {
  const page = ['--limit', String(limit), '--offset', String(offset)];
  return callAmp(amp, ['threads', 'search', '--json', ...page, '--', query], milliseconds);
}

/**
 * Fetches the whole conversation as Markdown (`amp threads markdown`).
 * @param milliseconds after which the call is killed.
 */
export function threadAsMarkdown(amp: AmpContext, thread: ThreadId, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'markdown', thread], milliseconds);
}

/**
 * Asks what a thread has cost, in Amp's own words (`amp threads usage`, which versions before 2026-07 don't have).
 * @param milliseconds after which the call is killed.
 */
export function usageOf(amp: AmpContext, thread: ThreadId, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'usage', thread], milliseconds);
}

/**
 * Permanently deletes a thread (`amp threads delete`).
 * @param milliseconds after which the call is killed.
 */
export function deleteThread(amp: AmpContext, thread: ThreadId, milliseconds: number): Promise<AmpRun> {
  return callAmp(amp, ['threads', 'delete', thread], milliseconds);
}

/**
 * Runs one headless turn in a thread (`amp threads continue <id> -x --stream-json`, which all versions since 2026-01
 * know). Its own event tells how it ended: Amp's exit code is 0 for a turn that was cut off, too.
 * @param firewall the words that go in front of `amp`: it runs commands during a turn.
 * @param text the message. It goes to standard input: any length is fine, and no process list shows it.
 * @param onStart called with Amp's process ID.
 * @param onEvent called with each of Amp's events, a JSON object, as it arrives.
 */
export async function takeTurnIn(
  amp: AmpContext,
  firewall: readonly string[],
  thread: ThreadId,
  text: string,
  onStart: (pid: number) => void,
  onEvent: (line: string) => void,
): Promise<AmpTurnRun> {
  const command = ['threads', 'continue', thread, '-x', '--stream-json'];
  const [program = 'amp', ...args] = [...firewall, 'amp', ...amp.options, ...command];
  let end: TurnEnd | null = null;
  const run = await callProgram({
    program,
    args,
    cwd: amp.workdir,
    milliseconds: null,
    input: text,
    onLine: (line) => {
      end = turnEndIn(withoutSecrets(line, amp.secrets)) ?? end;
      onEvent(line);
    },
    onStart,
    secrets: amp.secrets,
  });
  return { ...run, end };
}

/**
 * Gives a message to a thread whose tools a runner runs, without waiting for the answer
 * (`amp --executor runner:<ID> threads continue <id> -x`). Amp prints the thread's address once its servers have the message
 * (`hasGivenToRunner`).
 * @param text as in `takeTurnIn`. Amp drops white space at its end.
 * @param milliseconds after which the call is killed.
 */
export function sendToRunner(
  amp: AmpContext,
  runner: string,
  thread: ThreadId,
  text: string,
  milliseconds: number,
): Promise<AmpRun> {
  const command = ['--executor', `runner:${runner}`, 'threads', 'continue', thread, '-x'];
  return callProgram({
    program: 'amp',
    args: [...amp.options, ...command],
    cwd: amp.workdir,
    milliseconds,
    input: text,
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
