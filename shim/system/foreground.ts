import { whyNoProgram } from './descriptors.ts';
import { hasCode } from './files.ts';

/** Signals that end this program unless it waits for a child that has the terminal. */
const PASSED_ON = ['SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a program in this terminal's foreground and waits for it. Keyboard signals reach it directly; signals
 * sent to this process are forwarded.
 * @param cwd its work folder.
 * @param onStart told its process number.
 * @returns its exit code as a shell would give it, or null when there is no such program.
 */
export async function inForeground(
  program: string,
  args: readonly string[],
  cwd: string,
  onStart: (pid: number) => void,
): Promise<number | null> {
  const why = whyNoProgram();
  if (why !== null) throw new Error(`${program} could not be started: ${why}`);
  const { execa } = await import('./library.ts');
  const child = execa(program, args, { cwd, stdio: 'inherit', reject: false });
  if (child.pid !== undefined) onStart(child.pid);
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  for (const signal of PASSED_ON) process.on(signal, pass);
  try {
    const { exitCode, signal, cause } = await child;
    if (hasCode(cause, 'ENOENT')) return null;
    return exitCode ?? (signal === undefined ? 1 : 128);
  } finally {
    process.off('SIGINT', ignore);
    for (const signal of PASSED_ON) process.off(signal, pass);
  }
}
