import * as z from 'zod/mini';
import type { RunnerConfig } from '../environment/runner.ts';
import type { SessionPaths } from '../store/paths.ts';
import { replaceFile, tryToReadText } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { identifyProcess, isRunning } from '../system/processes.ts';
import { whole } from '../system/shapes.ts';

const Supervisor = z.object({
  pid: whole,
  started: z.nullable(z.number()),
  /** See ProcessIdentity. */
  machine: z.optional(z.string()),
  name: z.string(),
  workdir: z.string(),
  persistence: z.boolean(),
  ampOptions: z.array(z.string()),
  firewall: z.array(z.string()),
  /** How many times in a row Amp's runner ended before it was registered. */
  quickFailures: whole,
  /** Whether Amp's runner was launched and hasn't ended: what it has reported is about now. */
  launched: z.boolean(),
  /** Whether this run was ended because Amp's runner has dropped the key's own thread, which the next one asks about. */
  again: z.optional(z.boolean()),
  /** What was wrong the last time that each of these was tried; null for nothing. */
  troubles: z.object({
    /** No try would help. */
    obstacle: z.nullable(z.string()),
    /** Amp gave the key no thread. */
    thread: z.nullable(z.string()),
    /** Amp's runner ended. */
    end: z.nullable(z.string()),
  }),
});

/** The script that runs a key's Amp runner (scripts/runner.sh), and how that goes. */
export type Supervisor = z.infer<typeof Supervisor>;

/** How a runner that has not been tried yet goes. */
export const UNTRIED: Pick<Supervisor, 'again' | 'quickFailures' | 'troubles'> = {
  quickFailures: 0,
  troubles: { obstacle: null, thread: null, end: null },
};

/** Why the runner doesn't run, if so; null if nothing is known to be wrong. */
export function troubleOf({ troubles: { obstacle, thread, end } }: Supervisor): string | null {
  return obstacle ?? end ?? thread;
}

/** The file with what a runner has reported since its launch. */
export function reportsOf(paths: SessionPaths, persistence: boolean): string {
  return persistence ? paths.ampRunnerEvents : paths.ampRunnerUnrecorded;
}

/** Reads who runs a key's runner; null for nobody, or for an unreadable file, which every start rewrites. */
export function readSupervisor({ ampRunner }: SessionPaths): Supervisor | null {
  const reading = tryToReadText(ampRunner);
  if (reading.kind !== 'text') return null;
  const parsed = Supervisor.safeParse(parseJson(reading.text));
  return parsed.success ? parsed.data : null;
}

/** Whether that script runs now. */
export function isSupervising(supervisor: Supervisor | null): supervisor is Supervisor {
  return supervisor !== null && isRunning(supervisor);
}

/** Records this start's script as the one that runs the key's runner. */
export function writeSupervisor(
  { ampRunner }: SessionPaths,
  config: RunnerConfig,
  how: Pick<Supervisor, 'launched' | 'again' | 'quickFailures' | 'troubles'>,
): void {
  const { started, machine } = identifyProcess(config.runnerPid) ?? { started: null, machine: undefined };
  const { runnerPid: pid, name, workdir, persistence } = config;
  const words = { ampOptions: [...config.ampOptions], firewall: [...config.firewall] };
  const supervisor = { pid, started, machine, name, workdir, persistence, ...words, ...how };
  replaceFile(ampRunner, JSON.stringify(supervisor satisfies Supervisor));
}
