import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { placeBundle } from '../bundle.ts';
import { PATIENT } from '../patience.ts';
import { makeToolFolder } from '../workspace/machine.ts';

/** The module's folder in a home, unless a template moves it (`state_dir`). */
export const STATE_FOLDER = '.coder-modules/coder-labs/sourcegraph-amp';

/** A home with amp-session as installed by scripts/place.sh, on PATH in every terminal. */
export type Home = {
  readonly home: string;
  /** The current folder of the commands. */
  readonly project: string;
  readonly stateFolder: string;
  /** The complete environment of every command. */
  readonly env: Readonly<Record<string, string>>;
};

export type HomeOptions = {
  /** Folders with `amp` and the like, on PATH right after `amp-session`. */
  readonly programs: readonly string[];
  /** Whether there is Node (default: true). Without it, the real Amp's executable runs the command. */
  readonly node?: boolean;
  readonly env?: Readonly<Record<string, string>>;
};

/** How a command ended. `exitCode` is undefined if it was killed. */
export type CliResult = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

/** A running command. The launcher `exec`s the program, so the process ID is the program's. */
export type Running = {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<CliResult>;
};

/** How to run a command, besides its arguments. */
export type CliInput = {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** Creates a home for `amp-session`. @param home an empty folder. */
export function makeHome(home: string, { programs, node = true, env = {} }: HomeOptions): Home {
  const stateFolder = join(home, STATE_FOLDER);
  const project = join(home, 'project');
  const bin = placeBundle(stateFolder);
  mkdirSync(project);
  const tools = makeToolFolder(join(home, '.tools'), node ? [process.execPath] : []);
  const path = [bin, ...programs, tools].join(':');
  return {
    home,
    project,
    stateFolder,
    env: { HOME: home, USER: 'coder', LANG: 'C.UTF-8', PATH: path, ...PATIENT, ...env },
  };
}

/** Runs `amp-session` to its end, without a terminal. Its output keeps the final line break. */
export function ampSession(home: Home, args: readonly string[], input: CliInput = {}): Promise<CliResult> {
  const { cwd = home.project, env = {}, ...rest } = input;
  return startCommand(args, { cwd, env: { ...home.env, ...env }, stripFinalNewline: false, ...rest }).ended;
}

/** Starts `amp-session` without waiting. @param options.env its complete environment. */
export function startCommand(
  args: readonly string[],
  {
    input,
    ...options
  }: {
    readonly cwd: string;
    readonly env: Record<string, string>;
    readonly input?: string;
    readonly stripFinalNewline?: boolean;
  },
): Running {
  const child = execa('amp-session', args, {
    ...options,
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
