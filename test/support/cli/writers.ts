import { readFileSync, readlinkSync } from 'node:fs';
import { waitUntil } from '../wait.ts';
import { processesOf, type WorkspaceProcess } from '../workspace/machine.ts';

/**
 * The Amps of a home that write in threads, one for each terminal, turn or agent, found by their command
 * lines. AgentAPI's own command line, which ends with its agent's, and the surrounding shells don't count.
 */
export function writersIn(home: string, thread?: string): readonly WorkspaceProcess[] {
  const amps = processesOf(home).filter(({ args: [program = '', ...words] }) => {
    const at = words.indexOf('continue');
    const isAmp = program === 'amp' || program.endsWith('/amp');
    return isAmp && words[at - 1] === 'threads' && (thread === undefined || words[at + 1] === thread);
  });
  const pids = new Set(amps.map(({ pid }) => pid));
  // A child of Amp has Amp's command line until it calls exec.
  return amps.filter(({ pid }) => !pids.has(parentOf(pid)));
}

/** The parent of a process, 0 if it has ended. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The fields after the name, which is in brackets: state, parent, …
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
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

/** The current folder of a process. */
export function folderOf({ pid }: WorkspaceProcess): string {
  return readlinkSync(`/proc/${pid}/cwd`);
}
