import * as z from 'zod/mini';
import type { JsonObject } from '../system/json.ts';
import { type BaseConfig, BaseEnvironment, readBaseConfig } from './base.ts';
import { given, json, parse, type RawEnvironment } from './parse.ts';

const jsonObject = json('{}', z.looseObject({}, { error: 'must be a JSON object' }));

const InstallEnvironment = z.object({
  ...BaseEnvironment.shape,
  AMP_MODULE_BASE_CONFIG: jsonObject,
  AMP_MODULE_MCP: jsonObject,
  AMP_MODULE_INSTRUCTIONS: given(z.string()),
});

/** What the template wants in Amp's settings. */
export type InstallConfig = BaseConfig & {
  readonly baseConfig: JsonObject;
  readonly mcpServers: JsonObject;
  readonly instructions: string;
};

/**
 * Reads what `configure` needs.
 * @throws EnvironmentError that lists every problem.
 */
export function readInstallConfig(raw: RawEnvironment): InstallConfig {
  const env = parse(InstallEnvironment, raw);
  return {
    ...readBaseConfig(raw),
    baseConfig: env.AMP_MODULE_BASE_CONFIG,
    mcpServers: env.AMP_MODULE_MCP,
    instructions: env.AMP_MODULE_INSTRUCTIONS,
  };
}
