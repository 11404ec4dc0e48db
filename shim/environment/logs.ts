import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BaseConfig } from './base.ts';

/** The scripts that log, in the order in which they run. What AgentAPI's module logs elsewhere has a link there. */
const SCRIPTS = ['pre_install', 'install', 'post_install', 'runner', 'agentapi-start'] as const;

/** The folder of the logs of all instances. */
export function logsFolder({ stateFolder }: Pick<BaseConfig, 'stateFolder'>): string {
  return join(stateFolder, 'logs');
}

/** A sentence that says where an agent's start is logged. */
export function seeStartLog(config: Pick<BaseConfig, 'stateFolder'>): string {
  return `see 'amp-session logs', or agentapi-start.log in ${logsFolder(config)}`;
}

/**
 * The logs of a key's scripts that are there. Terraform names them after the key or, if that can't be a file's name, after
 * its beginning and its hash (instances.tf, `suffix`); those of an instance beside another one have `-session` before that.
 */
export function logsOf(config: Pick<BaseConfig, 'stateFolder' | 'key'>): readonly string[] {
  const { key } = config;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 7);
  const isOurs = (suffix: string) =>
    key === 'main' ? suffix === '' : suffix === `-${key}` || suffix.endsWith(`-${hash}`);
  const folder = logsFolder(config);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return SCRIPTS.flatMap((script) =>
    names.filter((name) => {
      const [, suffix = null] = new RegExp(`^${script}(?:-session)?((?:-.*)?)\\.log$`).exec(name) ?? [];
      return suffix !== null && isOurs(suffix);
    }),
  ).map((name) => join(folder, name));
}
