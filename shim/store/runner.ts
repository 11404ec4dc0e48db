import * as z from 'zod/mini';
import type { StartConfig } from '../environment/start.ts';
import { replaceFile, tryToReadText } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { identifyProcess, isRunning } from '../system/processes.ts';
import { whole } from '../system/shapes.ts';

const Runner = z.object({
  pid: whole,
  started: z.nullable(z.number()),
  /** See ProcessIdentity. */
  machine: z.optional(z.string()),
  quickFailures: whole,
  /** Whether this start records and resumes. */
  persistence: z.boolean(),
  /**
   * The agent has run unrecorded since the last recorded launch: what it opened then must not be captured.
   */
  unrecorded: z.boolean(),
  /** How to reach and run the agent, for the commands that people run. */
  agent: z.optional(
    z.object({
      /** Null without AgentAPI. */
      port: z.nullable(whole),
      pidFile: z.nullable(z.string()),
      stateFile: z.nullable(z.string()),
      workdir: z.string(),
      ampOptions: z.array(z.string()),
      /** What goes in front of Amp; left out by older versions. */
      firewall: z.optional(z.array(z.string())),
    }),
  ),
});

/** The start script that runs a key's agent, and how often the agent failed quickly in a row. */
export type Runner = z.infer<typeof Runner>;

/** Reads who runs a key's agent; null for nobody, or for an unreadable file, which every start rewrites. */
export function readRunner(path: string): Runner | null {
  const reading = tryToReadText(path);
  if (reading.kind !== 'text') return null;
  const parsed = Runner.safeParse(parseJson(reading.text));
  return parsed.success ? parsed.data : null;
}

/** Whether a start script other than `pid` is running this key's agent right now. */
export function runsElsewhere(runner: Runner | null, pid: number): boolean {
  return runner !== null && runner.pid !== pid && isRunning(runner);
}

/** Whether that start script still runs the key's agent. */
export function isRunnerAlive(path: string, pid: number): boolean {
  const runner = readRunner(path);
  return runner !== null && runner.pid === pid && isRunning(runner);
}

/** What a start records of its agent. */
type Agent = Pick<
  StartConfig,
  | 'runnerPid'
  | 'persistence'
  | 'port'
  | 'workdir'
  | 'ampOptions'
  | 'firewall'
  | 'agentApiPidFile'
  | 'agentApiStateFile'
>;

/** Records a start script as the one that runs the key's agent. */
export function writeRunner(
  path: string,
  config: Agent,
  { quickFailures, unrecorded }: Pick<Runner, 'quickFailures' | 'unrecorded'>,
): void {
  const pid = config.runnerPid;
  const { started, machine } = identifyProcess(pid) ?? { started: null, machine: undefined };
  const { persistence, port, workdir, ampOptions, firewall } = config;
  const { agentApiPidFile: pidFile, agentApiStateFile: stateFile } = config;
  const agent = { port, pidFile, stateFile, workdir, ampOptions: [...ampOptions], firewall: [...firewall] };
  replaceFile(
    path,
    JSON.stringify({ pid, started, machine, quickFailures, persistence, unrecorded, agent } satisfies Runner),
  );
}
