import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AmpServer } from './server.ts';

/**
 * A folder to put on the PATH whose `amp` is the real native CLI of the devDependencies. It looks for the platform's own
 * package, because the `amp` that npm links is only a stub where install scripts are blocked. Removed when the
 * process ends.
 * @throws when the platform's package is not installed (optional packages omitted).
 */
export function realAmpDir(): string {
  folder ??= linkAmp();
  return folder;
}

/** The version that `realAmpDir` holds. @throws as `realAmpDir` does. */
export function realAmpVersion(): string {
  const { version } = createRequire(import.meta.url)(packageFile()) as { version: string };
  return version;
}

/**
 * The whole environment of a real `amp` in a test: nothing of this machine's own, no question for updates, and every
 * address but loopback out of reach, so that neither a download (ripgrep) nor a status page leaves the machine.
 * @param home the process's own temporary home.
 * @param server whose address and key to use.
 */
export function ampEnv({ home, server }: { home: string; server: Pick<AmpServer, 'url' | 'apiKey'> }): {
  [name: string]: string;
} {
  return {
    HOME: home,
    PATH: `${realAmpDir()}:${process.env['PATH'] ?? ''}`,
    AMP_URL: server.url,
    AMP_API_KEY: server.apiKey,
    AMP_SKIP_UPDATE_CHECK: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
  };
}

let folder: string | undefined;

function linkAmp(): string {
  const dir = mkdtempSync(join(tmpdir(), 'real-amp-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  symlinkSync(join(dirname(packageFile()), 'amp'), join(dir, 'amp'));
  return dir;
}

function packageFile(): string {
  return createRequire(import.meta.url).resolve(
    `@ampcode/cli-${process.platform}-${process.arch}/package.json`,
  );
}
