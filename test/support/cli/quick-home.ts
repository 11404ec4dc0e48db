import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeToolFolder } from '../workspace/machine.ts';

/** A home with amp-session as scripts/place.sh leaves it: the launcher on PATH and the committed bundle behind it. */
export type CliHome = {
  readonly home: string;
  /** The folder in which commands are run. */
  readonly project: string;
  /** The folder of all records. */
  readonly sessions: string;
  /** The whole environment of every command. */
  readonly env: Readonly<Record<string, string>>;
};

/** How a command ended. */
export type CliRun = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

/**
 * Makes a home for `amp-session`.
 * @param home an empty folder.
 * @param programs folders with `amp` and the like, first on PATH.
 * @param env further variables.
 */
export function makeCliHome(
  home: string,
  programs: readonly string[],
  env: Readonly<Record<string, string>> = {},
): CliHome {
  const module = join(home, '.amp-module');
  for (const folder of ['bin', 'bundle']) mkdirSync(join(module, folder), { recursive: true });
  copyFileSync('scripts/amp-session.sh', join(module, 'bin/amp-session'));
  chmodSync(join(module, 'bin/amp-session'), 0o700);
  const hash = createHash('sha256').update(readFileSync('scripts/amp-session.mjs')).digest('hex');
  copyFileSync('scripts/amp-session.mjs', join(module, 'bundle', `${hash}.mjs`));
  symlinkSync(`${hash}.mjs`, join(module, 'bundle/current.mjs'));
  const project = join(home, 'project');
  mkdirSync(project);
  const tools = makeToolFolder(join(home, '.tools'), [process.execPath]);
  const path = [join(module, 'bin'), ...programs, tools].join(':');
  return {
    home,
    project,
    sessions: join(module, 'sessions'),
    env: { HOME: home, USER: 'coder', LANG: 'C.UTF-8', PATH: path, ...env },
  };
}

/**
 * Runs `amp-session` to its end, without a terminal.
 * @param args its words. @param options.input what it reads; nothing unless given. @param options.env further variables.
 */
export async function ampSession(
  { project, env }: CliHome,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CliRun> {
  const { exitCode, stdout, stderr } = await execa('amp-session', args, {
    cwd: project,
    env: { ...env, ...options.env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  return { exitCode, stdout, stderr };
}
