import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { cacheFolder } from '../cache.ts';
import { makeOnce } from '../terraform/once.ts';

/** About 100 MB each; 3 s on a fast connection. */
const LONGEST_MS = 300_000;

/** The npm package with Amp's executable for this platform. The main package only links to it. */
const PACKAGE = `@ampcode/cli-${process.platform}-${process.arch}`;

/**
 * A folder to put on PATH whose `amp` is the real CLI in that version. It is downloaded from npm, as
 * configured on this machine, once for all runs and checkouts.
 * @param version on npm, 0.0.1784106548-gd81d8b or later: older ones are Node scripts.
 * @throws one sentence with the package and npm's reason if the download fails.
 */
export async function ampOfVersion(version: string): Promise<string> {
  const folder = cacheFolder(`amp-${process.platform}-${process.arch}-${version}`);
  await makeOnce(folder, (temporary) => install(temporary, version), LONGEST_MS);
  return join(folder, 'node_modules', PACKAGE);
}

async function install(folder: string, version: string): Promise<void> {
  const wanted = `${PACKAGE}@${version}`;
  // Otherwise npm's cache and logs would go to the real home.
  const npmCache = join(folder, '.npm-cache');
  try {
    await execa('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-save', wanted], {
      cwd: folder,
      env: { npm_config_cache: npmCache },
      timeout: LONGEST_MS,
    });
    await execa(join(folder, 'node_modules', PACKAGE, 'amp'), ['--version'], {
      // What is kept here under a version must stay that version.
      env: { HOME: folder, AMP_SKIP_UPDATE_CHECK: '1' },
      stdin: 'ignore',
    });
    rmSync(npmCache, { recursive: true });
  } catch (error) {
    throw new Error(`This test needs ${wanted}, and npm could not get it: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ExecaError)) return String(error);
  const said = String(error.stderr)
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line));
  return said.length > 0 ? said.slice(0, 3).join(' ') : error.shortMessage;
}
