import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeToolFolder } from './workspace/machine.ts';

/** A home and a PATH of its own for one of the module's scripts. */
export type ScriptHome = { readonly home: string; readonly bin: string; readonly path: string };

/** Makes a home with a folder for doubles of programs, which come before the system's tools on PATH. */
export function makeScriptHome(root: string): ScriptHome {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  mkdirSync(join(root, 'home/script-bin'), { recursive: true });
  const tools = makeToolFolder(join(root, 'tools'), [process.execPath]);
  return { home: join(root, 'home'), bin, path: `${bin}:${tools}` };
}

/** Puts a program written in bash on a PATH. */
export function makeProgram(path: string, text: string): void {
  writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(path, 0o755);
}

/** The files that stand in front of a script, in the order in which scripts.tf puts them there. */
const IN_FRONT: Record<string, readonly string[]> = {
  'install.sh': ['install-lock.sh', 'install-download.sh', 'install-agentapi.sh', 'install-amp.sh'],
};

/** The text of one of the four scripts that a workspace runs, without its variables. */
export function scriptText(name: string): string {
  const files = ['common.sh', ...(IN_FRONT[name] ?? []), name];
  return files.map((file) => readFileSync(join('scripts', file), 'utf8')).join('\n');
}

/** A variable as the module renders it. */
export const exported = ([name, value]: readonly [string, string]): string =>
  `export ${name}='${value.replaceAll("'", "'\\''")}'`;

/**
 * What to put in front of a command to run it as a user who is not root; root gives that user the folder and all in it.
 * An ordinary user needs nothing in front.
 */
export function asOrdinaryUser(folder: string): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  execFileSync('chown', ['-R', '65534:65534', folder]);
  const setpriv = execFileSync('bash', ['-c', 'command -v setpriv'], { encoding: 'utf8' }).trim();
  return [setpriv, '--reuid=65534', '--regid=65534', '--clear-groups'];
}

/** How a script is run. */
export type ScriptOptions = {
  /** Text between the variables and the script, such as an array, which can't be exported. */
  readonly before?: string;
  /** Words in front of `bash`. */
  readonly wrapper?: readonly string[];
  /** Further variables of the environment. */
  readonly env?: Record<string, string>;
};

/** Runs one of the scripts with its variables in front, as the module renders it and Coder's agent runs it. */
export function runScript(
  name: string,
  { home, path }: ScriptHome,
  variables: Record<string, string>,
  { before = '', wrapper = [], env = {} }: ScriptOptions = {},
) {
  const text = [...Object.entries(variables).map(exported), before, scriptText(name)].join('\n');
  const scriptBin = join(home, 'script-bin');
  const [command = 'bash', ...args] = [...wrapper, 'bash', '-c', text];
  return execa(command, args, {
    cwd: home,
    // Coder's agent puts its folder in front.
    env: { HOME: home, PATH: `${scriptBin}:${path}`, CODER_SCRIPT_BIN_DIR: scriptBin, ...env },
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
  });
}
