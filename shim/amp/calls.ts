import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { hasCode, readTextIfPresent } from '../system/files.ts';
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
  const file = createWriteStream(into, { flags: 'wx', mode: 0o600 });
  // Only an open file is handed to the process itself; anything else would be copied by this one.
  await once(file, 'open');
  try {
    const run = await callAmp(amp, ['threads', 'new'], milliseconds, file);
    return { ...run, stdout: withoutSecrets(readTextIfPresent(into) ?? '', amp.secrets) };
  } finally {
    file.destroy();
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

async function callAmp(
  amp: AmpContext,
  command: readonly string[],
  milliseconds: number,
  stdout: Writable | 'pipe' = 'pipe',
): Promise<AmpRun> {
  const call = execa('amp', [...amp.options, ...command], {
    cwd: amp.workdir,
    stdin: 'ignore',
    stdout,
    stderr: 'pipe',
    reject: false,
    // A process group of its own: `amp` may be a wrapper that starts the real one.
    detached: true,
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endAll(call.pid);
    // What left the group may still hold the pipes; nobody waits for it.
    call.stdout?.destroy();
    call.stderr?.destroy();
  }, milliseconds);
  const result = await call;
  clearTimeout(timer);
  const missing = hasCode(result.cause, 'ENOENT') ? 'amp is not on the PATH' : '';
  const clean = (text: unknown) => (typeof text === 'string' ? withoutSecrets(text, amp.secrets) : '');
  return {
    exitCode: result.exitCode,
    timedOut,
    stdout: clean(result.stdout),
    stderr: clean(result.stderr) || missing,
  };
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

function endAll(group: number | undefined): void {
  if (group === undefined) return;
  try {
    // A hanging amp may ignore a polite signal, and nothing of the call is worth waiting for.
    process.kill(-group, 'SIGKILL');
  } catch {
    // It ended at this very moment.
  }
}
