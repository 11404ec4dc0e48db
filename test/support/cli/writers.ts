import { readFileSync, readlinkSync } from 'node:fs';
import { waitUntil } from '../wait.ts';
import { processesOf, type WorkspaceProcess } from '../workspace/machine.ts';

/**
 * The Amps of a home that write in threads: one for each terminal, turn or agent, by their command lines. AgentAPI's own line, which ends
 * with that of its agent, and the shells around are none.
 */
export function writersIn(home: string, thread?: string): readonly WorkspaceProcess[] {
  const amps = processesOf(home).filter(({ args: [program = '', ...words] }) => {
    const at = words.indexOf('continue');
    const isAmp = program === 'amp' || program.endsWith('/amp');
    return isAmp && words[at - 1] === 'threads' && (thread === undefined || words[at + 1] === thread);
  });
  const pids = new Set(amps.map(({ pid }) => pid));
  // A child of Amp has its command line until it becomes the program that it was made for.
  return amps.filter(({ pid }) => !pids.has(parentOf(pid)));
}

/** The parent of a process; 0 when it has ended. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The fields behind the name, which stands in brackets: state, parent, …
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/**
 * Looks again and again at how many write in a home.
 * @returns ends it, and tells how many there were at most at one time.
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

/** Waits until so many write in a home. */
export async function waitForWriters(home: string, count: number): Promise<readonly WorkspaceProcess[]> {
  return waitUntil('the Amps that write', async () => {
    const seen = writersIn(home);
    return { done: seen.length === count, seen };
  });
}

/** The folder that a process works in. */
export function folderOf({ pid }: WorkspaceProcess): string {
  return readlinkSync(`/proc/${pid}/cwd`);
}
