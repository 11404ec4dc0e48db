import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { AmpServer } from './server.ts';

/**
 * A folder to put on the PATH whose `amp` is the real native CLI of the devDependencies: the folder of the platform's own package,
 * because the `amp` that npm links is only a stub where install scripts are blocked.
 * @throws when the platform's package is not installed (optional packages omitted).
 */
export function realAmpDir(): string {
  return dirname(packageFile());
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
    AMP_API_KEY: server.apiKey,
    ...imageEnv(server),
  };
}

/** The part of `ampEnv` that a workspace's image sets; home, PATH and key come from elsewhere there. */
export function imageEnv(server: Pick<AmpServer, 'url'>): { [name: string]: string } {
  return {
    AMP_URL: server.url,
    AMP_SKIP_UPDATE_CHECK: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
  };
}

function packageFile(): string {
  return createRequire(import.meta.url).resolve(
    `@ampcode/cli-${process.platform}-${process.arch}/package.json`,
  );
}
