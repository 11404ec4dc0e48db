import { readFileSync, readlinkSync } from 'node:fs';
import { waitUntil } from '../wait.ts';
import { processesOf, type WorkspaceProcess } from '../workspace/machine.ts';

/**
 * The Amps of a home, found by their command lines. AgentAPI's own command line, which ends with its agent's,
 * and the surrounding shells don't count; nor does a child of Amp, which has Amp's command line until it
 * calls exec.
 */
export function ampsIn(home: string): readonly WorkspaceProcess[] {
  const amps = processesOf(home).filter(({ args: [program = ''] }) => /^(.*\/)?amp$/.test(program));
  const pids = new Set(amps.map(({ pid }) => pid));
  return amps.filter(({ pid }) => {
    const parent = parentOf(pid);
    return parent !== null && !pids.has(parent);
  });
}

/** Those that write in threads, or in one thread: one for each terminal, turn or agent. */
export function writersIn(home: string, thread?: string): readonly WorkspaceProcess[] {
  return ampsIn(home).filter(({ args }) => {
    const at = args.indexOf('continue');
    return at > 0 && args[at - 1] === 'threads' && (thread === undefined || args[at + 1] === thread);
  });
}

/** The parent of a process; null for one that has just ended. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The fields after the name, which is in brackets: state, parent, …
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/**
 * Keeps counting the writers in a home.
 * @returns a function that stops, and returns the highest number at any time.
 */
export function watchWriters(home: string): () => number {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, writersIn(home).length);
  }, 25);
  return () => {
    clearInterval(timer);
    return most;
  };
}

/** Waits until a home has this many writers. */
export async function waitForWriters(home: string, count: number): Promise<readonly WorkspaceProcess[]> {
  return waitUntil('the Amps that write', async () => {
    const seen = writersIn(home);
    return { done: seen.length === count, seen };
  });
}

export function folderOf({ pid }: WorkspaceProcess): string {
  return readlinkSync(`/proc/${pid}/cwd`);
}
