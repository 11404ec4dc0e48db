import { join } from 'node:path';
import * as z from 'zod/mini';
import { type AmpFolders, ampFolders } from '../amp/folders.ts';
import { fromCurrentFolder } from './launcher.ts';
import { folder, parse, type RawEnvironment, text, unset } from './parse.ts';

const relative = z.optional(z.pipe(z.string(), z.transform(fromCurrentFolder)));

/** The variables that every command reads. */
export const BaseEnvironment = z.object({
  HOME: z.pipe(unset, folder),
  /** The module's folder on the volume, absolute; set by the launcher, which is in it. */
  AMP_MODULE_STATE_DIR: z.pipe(unset, folder),
  AMP_MODULE_SESSION_KEY: text('main'),
  AMP_SETTINGS_FILE: z.pipe(unset, z.optional(folder)),
  // Amp uses these as given; relative ones start at its current folder.
  XDG_CONFIG_HOME: z.pipe(unset, relative),
  XDG_DATA_HOME: z.pipe(unset, relative),
  XDG_CACHE_HOME: z.pipe(unset, relative),
  AMP_URL: text('https://ampcode.com'),
});

/** The environment of any command, parsed. */
export type BaseConfig = {
  readonly home: string;
  readonly folders: AmpFolders;
  /** The module's folder on the volume: the record, the bundle, the command. */
  readonly stateFolder: string;
  readonly key: string;
  /** Amp's server. */
  readonly ampUrl: string;
  /** Amp's settings. */
  readonly settingsFile: string;
  /** Values that must never appear in a log (invariant I6). */
  readonly secrets: readonly string[];
};

/**
 * Reads what every command needs.
 * @throws EnvironmentError that lists every problem.
 */
export function readBaseConfig(raw: RawEnvironment): BaseConfig {
  const env = parse(BaseEnvironment, raw);
  return {
    home: env.HOME,
    folders: ampFolders(env.HOME, env),
    stateFolder: env.AMP_MODULE_STATE_DIR,
    key: env.AMP_MODULE_SESSION_KEY,
    ampUrl: env.AMP_URL,
    settingsFile:
      env.AMP_SETTINGS_FILE ?? join(env.XDG_CONFIG_HOME ?? join(env.HOME, '.config'), 'amp/settings.json'),
    secrets: [raw['AMP_API_KEY'], raw['CODER_AGENT_TOKEN']].flatMap((value) => (value ? [value] : [])),
  };
}
