import { join } from 'node:path';
import * as z from 'zod/mini';
import { parseThreadId, type ThreadId } from '../amp/thread-id.ts';
import { type BaseConfig, BaseEnvironment, readBaseConfig } from './base.ts';
import { digits, folder, given, json, parse, type RawEnvironment, text, unset } from './parse.ts';

const StartEnvironment = z.object({
  ...BaseEnvironment.shape,
  AMP_MODULE_SESSION_KEY: given(text('main')),
  /** This instance's folder for AgentAPI, relative to HOME. */
  AMP_MODULE_AGENTAPI_DIR: z.pipe(unset, z.string({ error: 'is not set' })),
  /** Empty without AgentAPI. */
  AMP_MODULE_PORT: given(z.pipe(unset, z.optional(digits))),
  AMP_MODULE_PERSISTENCE: z.pipe(unset, z.enum(['true', 'false'], { error: "must be 'true' or 'false'" })),
  AMP_MODULE_WORKDIR: z.pipe(unset, folder),
  AMP_MODULE_AMP_OPTIONS: json('[]', z.array(z.string(), { error: 'must be a JSON array of strings' })),
  /** One word a line (scripts/common.sh). */
  AMP_MODULE_FIREWALL: given(z.string()),
  AMP_MODULE_THREAD_ID: given(
    z
      .string()
      .check(
        z.refine((value) => value === '' || parseThreadId(value) !== null, 'must be a thread ID or URL'),
      ),
  ),
  /** Coder's ID of the workspace. */
  AMP_MODULE_WORKSPACE_ID: given(z.string()),
  AMP_MODULE_ON_INTERRUPTED_TURN: given(z.string()),
  /** The start script's process ID: the runner of this key. */
  AMP_MODULE_RUNNER_PID: z.pipe(unset, digits),
  /** How many times the start script has run the agent, including this time. */
  AMP_MODULE_RUN: z.pipe(unset, digits),
  AGENTAPI_PID_FILE: z.pipe(unset, z.optional(folder)),
  AGENTAPI_STATE_FILE: z.pipe(unset, z.optional(folder)),
});

/** What a start needs to know. No code further in reads the environment. */
export type StartConfig = BaseConfig & {
  readonly persistence: boolean;
  readonly workdir: string;
  /** This instance's folder for AgentAPI. */
  readonly agentApiFolder: string;
  /** The port AgentAPI listens on; null without AgentAPI: the agent runs in the terminal of this start. */
  readonly port: number | null;
  /** Coder's ID of the workspace. */
  readonly workspace: string;
  /** A thread created elsewhere, for a new workspace to start in. */
  readonly adopt: ThreadId | null;
  /** What is given to a thread whose last turn was cut off; empty for nothing. */
  readonly onInterruptedTurn: string;
  /** Amp's global options, which go before its command. */
  readonly ampOptions: readonly string[];
  /** The words that go in front of Amp to confine it; empty if it isn't confined. */
  readonly firewall: readonly string[];
  readonly runnerPid: number;
  /** 1 for a start script's first run of the agent, higher for each restart. */
  readonly run: number;
  readonly agentApiPidFile: string | null;
  /** Null if AgentAPI keeps no state: persistence is off, or the binary is too old. */
  readonly agentApiStateFile: string | null;
};

/**
 * Reads what `prepare` and `settle` need.
 * @throws EnvironmentError that lists every problem.
 */
export function readStartConfig(raw: RawEnvironment): StartConfig {
  const env = parse(StartEnvironment, raw);
  return {
    ...readBaseConfig(raw),
    persistence: env.AMP_MODULE_PERSISTENCE === 'true',
    workdir: env.AMP_MODULE_WORKDIR,
    agentApiFolder: join(env.HOME, env.AMP_MODULE_AGENTAPI_DIR),
    port: env.AMP_MODULE_PORT === undefined ? null : Number(env.AMP_MODULE_PORT),
    workspace: env.AMP_MODULE_WORKSPACE_ID,
    onInterruptedTurn: env.AMP_MODULE_ON_INTERRUPTED_TURN,
    adopt: parseThreadId(env.AMP_MODULE_THREAD_ID),
    ampOptions: env.AMP_MODULE_AMP_OPTIONS,
    firewall: env.AMP_MODULE_FIREWALL.split('\n').filter((word) => word !== ''),
    runnerPid: Number(env.AMP_MODULE_RUNNER_PID),
    run: Number(env.AMP_MODULE_RUN),
    agentApiPidFile: env.AGENTAPI_PID_FILE ?? null,
    agentApiStateFile: env.AGENTAPI_STATE_FILE ?? null,
  };
}

const Ending = z.object({ status: digits, seconds: digits });

/**
 * Parses the arguments of `settle`.
 * @param args AgentAPI's exit status, and how many seconds it ran.
 * @throws EnvironmentError that lists every problem.
 */
export function readEnding([status, seconds]: readonly string[]): { status: number; seconds: number } {
  const ending = parse(Ending, { status, seconds });
  return { status: Number(ending.status), seconds: Number(ending.seconds) };
}
