import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { whyNoProgram, whyNotStarted } from './descriptors.ts';

/** How a program is run. */
export type Call = {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** After which it is killed, with everything it started; null to wait for its end. */
  readonly milliseconds: number | null;
  /** What it reads; nothing unless said otherwise. */
  readonly input?: string;
  /** An open file for its output, which is returned unless said otherwise. */
  readonly stdout?: number;
  /** Told each line of its output as it comes; the output isn't returned then. */
  readonly onLine?: (line: string) => void;
  /** Told the program's process number once it runs. */
  readonly onStart?: (pid: number) => void;
  /** Values that no log may show (invariant I6). */
  readonly secrets: readonly string[];
};

/**
 * What a finished (or killed) program left behind. `exitCode` is undefined when it was killed or never ran.
 */
export type Ended = {
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a program to its end. It throws nothing. */
export async function callProgram({
  program,
  args,
  cwd,
  milliseconds,
  input,
  stdout,
  onLine,
  onStart,
  secrets,
}: Call): Promise<Ended> {
  const why = whyNoProgram();
  if (why !== null) return { exitCode: undefined, timedOut: false, stdout: '', stderr: why };
  // Loaded when a program is really run: most commands run none.
  const { execa } = await import('./library.ts');
  const call = execa(program, args, {
    cwd,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    // Any open file will do, as its documentation says and its types do not.
    stdout: (stdout ?? 'pipe') as 'pipe',
    stderr: 'pipe',
    buffer: { stdout: onLine === undefined },
    reject: false,
    // With a limit, a process group of its own: the program may be a wrapper that starts the real one.
    // Without, Ctrl-C is for both.
    detached: milliseconds !== null,
  });
  if (call.pid !== undefined) onStart?.(call.pid);
  const told = onLine === undefined || call.stdout === null ? null : tellLines(call.stdout, onLine);
  let timedOut = false;
  const end = () => {
    timedOut = true;
    endAll(call.pid);
    // What left the group may still hold the pipes; nobody waits for it.
    call.stdout?.destroy();
    call.stderr?.destroy();
  };
  const timer = milliseconds === null ? undefined : setTimeout(end, milliseconds);
  const result = await call;
  await told;
  clearTimeout(timer);
  const clean = (text: unknown) => (typeof text === 'string' ? withoutSecrets(text, secrets) : '');
  return {
    exitCode: result.exitCode,
    timedOut,
    stdout: clean(result.stdout),
    stderr: clean(result.stderr) || whyNotStarted(program, result.cause),
  };
}

async function tellLines(output: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }))
    onLine(line);
}

/** A text without the values that no log may show. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

function endAll(group: number | undefined): void {
  if (group === undefined) return;
  try {
    // A hanging program may ignore a polite signal, and nothing of the call is worth waiting for.
    process.kill(-group, 'SIGKILL');
  } catch {
    // It ended at this very moment.
  }
}
