import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import { realAmpDir } from '../../test/support/amp/real-amp.ts';
import { cacheFolder } from '../../test/support/cache.ts';
import { makeOnce } from '../../test/support/terraform/once.ts';
import { ampOfVersion } from '../../test/support/versions/amp-version.ts';

/** The build with which Amp's npm package was renamed to @ampcode/cli and became one native executable. */
const FIRST_NATIVE = 1_784_106_548;
/** The first build with a record per terminal (test/conformance/README.md). */
const FIRST_RECORDING = 1_789_582_098;
const SCRIPTS_PACKAGE = '@sourcegraph/amp';
const LONGEST_MS = 300_000;

/**
 * The versions that `npm run conformance` tries by default: from the oldest on npm to the newest with an
 * executable for Linux, including the last script and the first executable.
 */
export const VERSIONS: readonly string[] = [
  '0.0.1767830505-ga62310',
  '0.0.1769314944-g5070a1',
  '0.0.1774569934-g39e3ec',
  '0.0.1777897475-g2324e1',
  '0.0.1784106548-gd81d8b',
  '0.0.1788854443-g7f007d',
  '0.0.1789582098-g39fff0',
  '0.0.1789963237-g4ed0c7',
  '0.0.1790142911-g7618fb',
];

/** The version in the devDependencies: it needs no installation. */
export function installedVersion(): string {
  const { devDependencies } = z
    .object({ devDependencies: z.object({ '@ampcode/cli': z.string() }) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  return devDependencies['@ampcode/cli'];
}

/**
 * A folder to put on PATH whose `amp` is the real CLI in that version. Versions other than the
 * installed one are downloaded from npm once, for all runs and checkouts.
 * @throws if there is no such version, or npm can't get it.
 */
export async function ampFolderOf(version: string): Promise<string> {
  const build = buildOf(version);
  if (version === installedVersion()) return realAmpDir();
  if (build >= FIRST_NATIVE) return ampOfVersion(version);
  const folder = cacheFolder(`amp-scripts-${version}`);
  await makeOnce(folder, (temporary) => installScripts(temporary, version), LONGEST_MS);
  return join(folder, 'node_modules/.bin');
}

/** Whether a version records which thread each terminal is in. */
export function isRecording(version: string): boolean {
  return buildOf(version) >= FIRST_RECORDING;
}

function buildOf(version: string): number {
  const build = /^0\.0\.(\d{10})-g[0-9a-f]+$/.exec(version)?.[1];
  if (build === undefined) throw new Error(`'${version}' is no version of Amp, such as ${VERSIONS[0]}.`);
  return Number(build);
}

async function installScripts(folder: string, version: string): Promise<void> {
  const wanted = `${SCRIPTS_PACKAGE}@${version}`;
  const options = ['--prefix', folder, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund'];
  // Otherwise npm's cache and logs would go to the real home.
  const cache = join(folder, '.npm-cache');
  const result = await execa('npm', ['install', ...options, wanted], {
    cwd: folder,
    env: { npm_config_cache: cache },
    reject: false,
    timeout: LONGEST_MS,
  });
  if (result.exitCode !== 0) throw new Error(`npm could not get ${wanted}: ${result.stderr}`);
  rmSync(cache, { recursive: true, force: true });
  // npm also exits with 0 if it skipped an optional package that is needed.
  await execa(join(folder, 'node_modules/.bin/amp'), ['--version'], {
    // What is kept here under a version must stay that version.
    env: { HOME: folder, AMP_SKIP_UPDATE_CHECK: '1' },
    stdin: 'ignore',
  });
}
