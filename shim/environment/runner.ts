import * as z from 'zod/mini';
import { given, parse, type RawEnvironment } from './parse.ts';
import { readStartConfig, type StartConfig } from './start.ts';

const RunnerEnvironment = z.object({
  AMP_MODULE_RUNNER_NAME: given(z.string()),
  /** One absolute path a line. */
  AMP_MODULE_RUNNER_DIRECTORIES: given(z.string()),
});

/** What Amp's runner needs to know, besides what every start does. */
export type RunnerConfig = StartConfig & {
  /** The name, which is its ID at Amp. */
  readonly name: string;
  /** Folders that it serves besides the work folder. */
  readonly directories: readonly string[];
  /** Whether the environment holds a key; if not, a person logs in. */
  readonly hasKey: boolean;
};

/**
 * Reads what the steps of Amp's runner need.
 * @throws EnvironmentError that lists every problem.
 */
export function readRunnerConfig(raw: RawEnvironment): RunnerConfig {
  const start = readStartConfig(raw);
  const env = parse(RunnerEnvironment, raw);
  return {
    ...start,
    name: env.AMP_MODULE_RUNNER_NAME,
    directories: env.AMP_MODULE_RUNNER_DIRECTORIES.split('\n').filter((folder) => folder !== ''),
    hasKey: (raw['AMP_API_KEY'] ?? '') !== '',
  };
}
