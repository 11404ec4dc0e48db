import * as z from 'zod/mini';
import { readTextIfPresent, replaceFile } from './system/files.ts';
import { parseJson } from './system/json.ts';
import { identifyProcess, isRunning } from './system/processes.ts';

const Runner = z.object({
  pid: z.int(),
  started: z.nullable(z.number()),
  quickFailures: z.int().check(z.nonnegative()),
  /** Whether this start records and resumes. */
  persistence: z.boolean(),
});

/** The start script that runs a key's agent, and how often the agent failed quickly in a row. */
export type Runner = z.infer<typeof Runner>;

/** Reads who runs a key's agent; null for nobody or an unreadable file: it is written anew at every start. */
export function readRunner(path: string): Runner | null {
  const text = readTextIfPresent(path);
  if (text === null) return null;
  const parsed = Runner.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** Whether a start script other than `pid` is running this key's agent right now. */
export function runsElsewhere(runner: Runner | null, pid: number): boolean {
  return runner !== null && runner.pid !== pid && isRunning(runner);
}

/** Records the start script with this process number as the one that runs the key's agent. */
export function writeRunner(path: string, pid: number, quickFailures: number, persistence: boolean): void {
  const { started } = identifyProcess(pid) ?? { started: null };
  replaceFile(path, JSON.stringify({ pid, started, quickFailures, persistence } satisfies Runner));
}
