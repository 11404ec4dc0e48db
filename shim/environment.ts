import { isAbsolute, join } from 'node:path';
import * as z from 'zod/mini';
import { parseThreadId, type ThreadId } from './amp/thread-id.ts';
import { type JsonObject, parseJson } from './system/json.ts';

/** Terraform and the shell pass an unset value as an empty string. */
const unset = z.transform((value) => (value === '' ? undefined : value));
const folder = z.string({ error: 'is not set' }).check(z.refine(isAbsolute, 'must be an absolute path'));
const whole = z
  .string({ error: 'is not set' })
  .check(z.refine((value) => /^\d{1,9}$/.test(value), 'must be a whole number'));
const flag = z.enum(['true', 'false'], { error: "must be 'true' or 'false'" });

const text = (fallback: string) =>
  z.pipe(
    z.transform((value) => (value === undefined || value === '' ? fallback : value)),
    z.string(),
  );

const Environment = z.object({
  HOME: z.pipe(unset, folder),
  /** The module's folder on the volume; the launcher knows where it lies. */
  AMP_MODULE_FOLDER: z.pipe(unset, folder),
  AMP_MODULE_SESSION_KEY: text('main'),
});

/** JSON of one shape in one variable. */
const json = <Schema extends z.ZodMiniType>(fallback: string, schema: Schema) =>
  z.pipe(
    z.transform((value) => (value === undefined || value === '' ? fallback : value)),
    z.pipe(z.string(), z.pipe(z.transform(parseJson), schema)),
  );
const jsonObject = json('{}', z.looseObject({}, { error: 'must be a JSON object' }));

const StartEnvironment = z.object({
  ...Environment.shape,
  /** AgentAPI's folder of this instance of the module, under HOME. */
  AMP_MODULE_DIR_NAME: text('.amp-module'),
  AMP_MODULE_PORT: z.pipe(unset, whole),
  AMP_MODULE_PERSISTENCE: z.pipe(unset, flag),
  AMP_MODULE_WORKDIR: z.pipe(unset, folder),
  AMP_MODULE_AMP_OPTIONS: json('[]', z.array(z.string(), { error: 'must be a JSON array of strings' })),
  AMP_MODULE_THREAD_ID: z.pipe(
    unset,
    z.optional(
      z.string().check(z.refine((value) => parseThreadId(value) !== null, "must be a thread's ID or URL")),
    ),
  ),
  /** The start script's own process number: the runner of this key. */
  AMP_MODULE_RUNNER_PID: z.pipe(unset, whole),
  /** How often the start script has run the agent, this time included. */
  AMP_MODULE_RUN: z.pipe(unset, whole),
  AGENTAPI_PID_FILE: z.pipe(unset, z.optional(folder)),
  AGENTAPI_STATE_FILE: z.pipe(unset, z.optional(folder)),
});

const InstallEnvironment = z.object({
  ...Environment.shape,
  AMP_MODULE_BASE_CONFIG: jsonObject,
  AMP_MODULE_MCP: jsonObject,
  AMP_MODULE_INSTRUCTIONS: text(''),
  AMP_SETTINGS_FILE: z.pipe(unset, z.optional(folder)),
});

/** One or more variables of the environment are not as they must be; the message names each. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** The environment of any command, parsed. */
export type BaseConfig = { readonly home: string; readonly moduleFolder: string; readonly key: string };

/** What a start needs to know. Nothing further in looks at the environment. */
export type StartConfig = BaseConfig & {
  readonly persistence: boolean;
  readonly workdir: string;
  /** AgentAPI's folder of this instance of the module. */
  readonly instanceFolder: string;
  /** The port AgentAPI listens on. */
  readonly port: number;
  /** A thread made elsewhere that a new workspace begins with. */
  readonly adopt: ThreadId | null;
  /** Amp's global options, in front of its command. */
  readonly ampOptions: readonly string[];
  readonly runnerPid: number;
  /** 1 for a start script's first run of the agent, more when it ended and is run again. */
  readonly run: number;
  readonly agentApiPidFile: string | null;
  /** Null where AgentAPI keeps no state: persistence off, or a binary that is too old. */
  readonly agentApiStateFile: string | null;
  readonly secrets: readonly string[];
};

/** What Amp's settings are to be. */
export type InstallConfig = BaseConfig & {
  readonly settingsFile: string;
  readonly baseConfig: JsonObject;
  readonly mcpServers: JsonObject;
  readonly instructions: string;
};

type RawEnvironment = { readonly [name: string]: string | undefined };

/**
 * Reads what every command needs.
 * @throws EnvironmentError that lists every problem.
 */
export function readBaseConfig(raw: RawEnvironment): BaseConfig {
  const env = parse(Environment, raw);
  return { home: env.HOME, moduleFolder: env.AMP_MODULE_FOLDER, key: env.AMP_MODULE_SESSION_KEY };
}

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
    instanceFolder: join(env.HOME, env.AMP_MODULE_DIR_NAME),
    port: Number(env.AMP_MODULE_PORT),
    adopt: parseThreadId(env.AMP_MODULE_THREAD_ID ?? ''),
    ampOptions: env.AMP_MODULE_AMP_OPTIONS,
    runnerPid: Number(env.AMP_MODULE_RUNNER_PID),
    run: Number(env.AMP_MODULE_RUN),
    agentApiPidFile: env.AGENTAPI_PID_FILE ?? null,
    agentApiStateFile: env.AGENTAPI_STATE_FILE ?? null,
    secrets: secretsIn(raw),
  };
}

/**
 * Reads what `configure` needs.
 * @throws EnvironmentError that lists every problem.
 */
export function readInstallConfig(raw: RawEnvironment): InstallConfig {
  const env = parse(InstallEnvironment, raw);
  return {
    ...readBaseConfig(raw),
    settingsFile: env.AMP_SETTINGS_FILE ?? join(env.HOME, '.config/amp/settings.json'),
    baseConfig: env.AMP_MODULE_BASE_CONFIG,
    mcpServers: env.AMP_MODULE_MCP,
    instructions: env.AMP_MODULE_INSTRUCTIONS,
  };
}

const Ending = z.object({ status: whole, seconds: whole });

/**
 * Reads what `settle` is told of the agent's end.
 * @param words AgentAPI's exit status and how many seconds it ran.
 * @throws EnvironmentError that lists every problem.
 */
export function readEnding([status, seconds]: readonly string[]): { status: number; seconds: number } {
  const ending = parse(Ending, { status, seconds });
  return { status: Number(ending.status), seconds: Number(ending.seconds) };
}

/** Values that no log may show (invariant I6). */
export function secretsIn(raw: RawEnvironment): string[] {
  return [raw['AMP_API_KEY'], raw['CODER_AGENT_TOKEN']].filter((value): value is string => Boolean(value));
}

/**
 * Parses the environment and gathers every problem before failing.
 * @throws EnvironmentError
 */
export function parse<Schema extends z.ZodMiniType>(schema: Schema, raw: RawEnvironment): z.infer<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new EnvironmentError(`${problems.join('; ')}.`);
}
