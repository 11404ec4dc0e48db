import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { HANG_MS } from '../limits.ts';
import { openTerminal, type Terminal } from '../terminal.ts';
import { type AmpHome, newAmpHome } from './home.ts';
import { ampEnv } from './real-amp.ts';
import { type AmpServer, startAmpServer } from './server.ts';

/** How a real `amp` ended. `exitCode` is undefined if it was killed. */
export type AmpResult = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
};

export type AmpRunOptions = {
  readonly url?: string;
  /** Additional variables; undefined removes one of the usual ones. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeout?: number;
};

/** The real `amp` with its own home and stub server. */
export type RealAmp = AmpHome & {
  readonly server: AmpServer;
  /** Runs a command to its end. @param options.timeout in milliseconds, after which it is killed. */
  readonly run: (args: readonly string[], options?: AmpRunOptions) => Promise<AmpResult>;
  /** @param env variables besides the usual ones. */
  readonly open: (args: readonly string[], env?: Readonly<Record<string, string>>) => Terminal;
};

/** Starts a stub and creates a home, which go with the test. */
export async function realAmp(): Promise<RealAmp> {
  const server = await startAmpServer();
  const home = newAmpHome();
  onTestFinished(async () => {
    await server.close();
    home.remove();
  });
  const envFor = (url: string) => ampEnv({ home: home.home, server: { url, apiKey: server.apiKey } });
  return {
    ...home,
    server,
    run: async (args, { url = server.url, env = {}, timeout = HANG_MS } = {}) => {
      const result = await execa('amp', args, {
        cwd: home.workdir,
        env: { ...envFor(url), ...env },
        extendEnv: false,
        stdin: 'ignore',
        reject: false,
        timeout,
        killSignal: 'SIGKILL',
      });
      const { exitCode, stdout, stderr, timedOut } = result;
      return { exitCode, stdout, stderr, timedOut };
    },
    open: (args, env = {}) => {
      const terminal = openTerminal('amp', args, {
        cwd: home.workdir,
        env: { ...envFor(server.url), ...env },
      });
      onTestFinished(() => terminal.close());
      return terminal;
    },
  };
}
