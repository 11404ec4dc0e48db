import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { makeOnce } from '../terraform/once.ts';

/** About 100 MB each; 3 s on a good line. */
const LONGEST_MS = 300_000;

/** npm's name of the package that is Amp's executable on this platform. The one around it only links it into place. */
const PACKAGE = `@ampcode/cli-${process.platform}-${process.arch}`;

/**
 * A folder to put on the PATH whose `amp` is the real CLI in that version. It comes through npm, as this machine is set up to
 * use it, once for all runs: it stays in the system's temporary folder.
 * @param version as npm has it, 0.0.1784106548-gd81d8b or later: older ones are scripts for Node.
 * @throws one sentence that names the package and npm's reason when npm can't get it.
 */
export async function ampOfVersion(version: string): Promise<string> {
  const folder = join(ownFolder(), `${process.platform}-${process.arch}-${version}`);
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

/** A folder that nobody else can have put an executable into. */
function ownFolder(): string {
  const folder = join(tmpdir(), `amp-module-versions-${process.getuid?.() ?? 'user'}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || (found.mode & 0o022) !== 0 || found.uid !== (process.getuid?.() ?? found.uid))
    throw new Error(`${folder} is not this user's own folder, and executables are kept in it. Remove it.`);
  return folder;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ExecaError)) return String(error);
  const said = String(error.stderr)
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line));
  return said.length > 0 ? said.slice(0, 3).join(' ') : error.shortMessage;
}
