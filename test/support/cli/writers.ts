import { readlinkSync } from 'node:fs';
import { waitUntil } from '../wait.ts';
import { processesOf, type WorkspaceProcess } from '../workspace/machine.ts';

/**
 * The Amps of a home that write in threads: one for each terminal, turn or agent, by their command lines. AgentAPI's own line, which ends
 * with that of its agent, and the shells around are none.
 */
export function writersIn(home: string, thread?: string): readonly WorkspaceProcess[] {
  return processesOf(home).filter(({ args: [program = '', ...words] }) => {
    const at = words.indexOf('continue');
    const isAmp = program === 'amp' || program.endsWith('/amp');
    return isAmp && words[at - 1] === 'threads' && (thread === undefined || words[at + 1] === thread);
  });
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
