import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { cacheFolder } from '../cache.ts';
import { makeOnce } from '../terraform/once.ts';

/** About 100 MB each; 3 s on a good line. */
const LONGEST_MS = 300_000;

/** npm's name of the package that is Amp's executable on this platform. The one around it only links it into place. */
const PACKAGE = `@ampcode/cli-${process.platform}-${process.arch}`;

/**
 * A folder to put on the PATH whose `amp` is the real CLI in that version. It comes through npm, as this machine is set up to
 * use it, once for all runs and checkouts.
 * @param version as npm has it, 0.0.1784106548-gd81d8b or later: older ones are scripts for Node.
 * @throws one sentence that names the package and npm's reason when npm can't get it.
 */
export async function ampOfVersion(version: string): Promise<string> {
  const folder = cacheFolder(`amp-${process.platform}-${process.arch}-${version}`);
  await makeOnce(folder, (temporary) => install(temporary, version), LONGEST_MS);
  return join(folder, 'node_modules', PACKAGE);
}

async function install(folder: string, version: string): Promise<void> {
  const wanted = `${PACKAGE}@${version}`;
  // npm's cache and logs would go to the real home.
  const npmCache = join(folder, '.npm-cache');
  try {
    await execa('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-save', wanted], {
      cwd: folder,
      env: { npm_config_cache: npmCache },
      timeout: LONGEST_MS,
    });
    await execa(join(folder, 'node_modules', PACKAGE, 'amp'), ['--version'], {
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
