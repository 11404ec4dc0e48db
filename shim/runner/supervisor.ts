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
  /** Why the last try failed; null if none did. */
  trouble: z.nullable(z.string()),
});

/** The script that runs a key's Amp runner (scripts/runner.sh), and how that goes. */
export type Supervisor = z.infer<typeof Supervisor>;

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
  how: Pick<Supervisor, 'launched' | 'quickFailures' | 'trouble'>,
): void {
  const { started, machine } = identifyProcess(config.runnerPid) ?? { started: null, machine: undefined };
  const { runnerPid: pid, name, workdir, persistence } = config;
  const words = { ampOptions: [...config.ampOptions], firewall: [...config.firewall] };
  const supervisor = { pid, started, machine, name, workdir, persistence, ...words, ...how };
  replaceFile(ampRunner, JSON.stringify(supervisor satisfies Supervisor));
}
