import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { AmpServer } from './server.ts';

/**
 * A folder to put on PATH whose `amp` is the real native CLI of the devDependencies. It is the folder of the
 * platform package, because the `amp` that npm links is only a stub if install scripts are blocked.
 * @throws if the platform package is not installed (optional packages omitted).
 */
export function realAmpDir(): string {
  return dirname(packageFile());
}

/**
 * The complete environment of a real `amp` in a test: nothing of this machine's own, and nothing but loopback
 * reachable, so that neither a download (ripgrep) nor the status page is requested. No update check, because these
 * tests are about other things; what Amp asks is in test/workspace/contacted.test.ts.
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

/** The part of `ampEnv` that a workspace's image sets; home, PATH and key come from elsewhere. */
export function imageEnv(server: Pick<AmpServer, 'url'>): { [name: string]: string } {
  return {
    AMP_URL: server.url,
    // The version that a test runs stays that one. test/workspace/{default,contacted,updates} leave Amp its updates.
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
