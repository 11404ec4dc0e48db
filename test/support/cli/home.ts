import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { PRIVATE } from '../amp/home.ts';
import { imageEnv, realAmpDir } from '../amp/real-amp.ts';
import type { AmpServer } from '../amp/server.ts';
import { openTerminal, type Terminal } from '../amp/terminal.ts';
import { killAll, makeToolFolder } from '../workspace/machine.ts';

/** A home to be made. */
export type CliHomeOptions = {
  readonly amp: Pick<AmpServer, 'url' | 'apiKey'>;
  /** Folder with the home's `amp`; the real one unless said otherwise. */
  readonly ampFolder?: string;
  /** Whether there is Node; true unless said otherwise. Without it the real Amp's executable runs the command. */
  readonly node?: boolean;
  /** Further variables of every terminal. */
  readonly env?: Readonly<Record<string, string>>;
};

/** How a command ended. `exitCode` is undefined when it was killed. */
export type CliResult = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

/** A command that runs. The launcher becomes the program, so the number is the program's own. */
export type Running = {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<CliResult>;
};

/** What a command is given besides its words. */
export type CliInput = {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * A home in which a person works with the committed `amp-session`, as the module places it, and no agent. It goes with the test that asked
 * for it.
 */
export class CliHome {
  readonly home: string;
  /** Where the person stands. */
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #stateFolder: string;

  constructor({ amp, ampFolder = realAmpDir(), node = true, env = {} }: CliHomeOptions) {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'amp-cli-')));
    onTestFinished(() => {
      this.reboot();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    });
    this.home = join(root, 'home');
    this.workdir = join(this.home, 'project');
    this.#stateFolder = join(this.home, '.amp-module');
    for (const folder of ['bin', 'bundle']) {
      mkdirSync(join(this.#stateFolder, folder), { recursive: true, mode: 0o700 });
    }
    mkdirSync(this.workdir);
    // As `configure` leaves it: the tour of a first run would swallow what is typed.
    mkdirSync(join(this.home, PRIVATE), { recursive: true });
    writeFileSync(join(this.home, PRIVATE, 'session.json'), '{"neoWelcomeDismissed":true}');
    const launcher = join(this.#stateFolder, 'bin/amp-session');
    copyFileSync('scripts/amp-session.sh', launcher);
    chmodSync(launcher, 0o700);
    copyFileSync('scripts/amp-session.mjs', join(this.#stateFolder, 'bundle/current.mjs'));
    mkdirSync(join(root, 'bin'));
    symlinkSync(launcher, join(root, 'bin/amp-session'));
    const tools = makeToolFolder(join(root, 'tools'), node ? [process.execPath] : []);
    this.env = {
      HOME: this.home,
      LANG: 'C.UTF-8',
      PATH: [join(root, 'bin'), ampFolder, tools].join(':'),
      AMP_API_KEY: amp.apiKey,
      ...imageEnv(amp),
      ...env,
    };
  }

  /** Begins a command without a terminal and does not wait. */
  start(args: readonly string[], { cwd = this.workdir, env = {}, ...input }: CliInput = {}): Running {
    return startCommand(args, { cwd, env: { ...this.env, ...env }, ...input });
  }

  /** Runs a command without a terminal to its end. */
  run(args: readonly string[], input?: CliInput): Promise<CliResult> {
    return this.start(args, input).ended;
  }

  /** Opens a command on a terminal, which goes with the test. */
  open(args: readonly string[], cwd = this.workdir): Terminal {
    const terminal = openTerminal('amp-session', args, { cwd, env: this.env });
    onTestFinished(() => terminal.close());
    return terminal;
  }

  /** Where a key's record lies. */
  paths(key = 'main'): SessionPaths {
    return sessionPaths(this.#stateFolder, key);
  }

  /** Ends everything in the home at once, as when the machine dies; the volume stays. */
  reboot(): void {
    killAll(this.home);
  }
}

/** Begins `amp-session` and does not wait. @param options.env its whole environment. */
export function startCommand(
  args: readonly string[],
  {
    cwd,
    env,
    input,
  }: { readonly cwd: string; readonly env: Record<string, string>; readonly input?: string },
): Running {
  const child = execa('amp-session', args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    ended: child.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr })),
  };
}
