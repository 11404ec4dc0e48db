import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../wait.ts';
import type { CliResult, Running } from './home.ts';

/**
 * Starts sends one by one, each once the one before stands in line, so that there is an order to hold them to.
 * @param queue the folder of the key's line.
 * @returns their ends, in the order of their starts.
 * @throws when one ends without having been seen in line: each has to be at it for a tenth of a second at least.
 */
export async function startInOrder(
  queue: string,
  sends: readonly (() => Running)[],
): Promise<readonly CliResult[]> {
  const ends: Promise<CliResult>[] = [];
  for (const send of sends) {
    const { pid, ended } = send();
    ends.push(ended);
    let early: CliResult | null = null;
    void ended.then((end) => {
      early = end;
    });
    await waitUntil(`the line ${queue}`, async () => {
      // What was never seen in line has no place in an order.
      if (early !== null) throw new Error(`A send never stood in line: ${JSON.stringify(early)}`);
      return { done: standsInLine(queue, pid), seen: namesIn(queue) };
    });
  }
  return Promise.all(ends);
}

/** Whether a process waits in a line, or has its turn: its number stands in the name of a file there, or in a file. */
export function standsInLine(queue: string, pid: number): boolean {
  const own = new RegExp(`(?<!\\d)${pid}(?!\\d)`);
  return namesIn(queue).some((name) => own.test(name) || own.test(contentOf(join(queue, name))));
}

/** The files of a line. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nobody has waited yet.
    return [];
  }
}

function contentOf(path: string): string {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'utf8');
  } catch {
    // Gone by now.
    return '';
  }
}
