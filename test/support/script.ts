import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { findTool, makeToolFolder } from './workspace/machine.ts';

/** A home and a PATH for one of the module's scripts. */
export type ScriptHome = { readonly home: string; readonly bin: string; readonly path: string };

/** Creates a home with a folder for doubles, which precedes the system's tools on PATH. */
export function makeScriptHome(root: string): ScriptHome {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  mkdirSync(join(root, 'home/script-bin'), { recursive: true });
  const tools = makeToolFolder(join(root, 'tools'), [process.execPath]);
  return { home: join(root, 'home'), bin, path: `${bin}:${tools}` };
}

export function makeProgram(path: string, text: string): void {
  writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(path, 0o755);
}

/** The files that are prepended to a script, in the order of scripts.tf. */
const IN_FRONT: Record<string, readonly string[]> = {
  'place.sh': ['place-part.sh'],
  'place-rest.sh': ['place-part.sh'],
  'start.sh': ['agent.sh'],
  'runner.sh': ['agent.sh'],
  'terminal.sh': ['agent.sh'],
  'steps.sh': ['put-opener.sh', 'launch-runner.sh'],
  'install.sh': [
    'install-lock.sh',
    'install-download.sh',
    'install-agentapi.sh',
    'install-amp.sh',
    'install-managed.sh',
  ],
};

/** The text of one of the scripts that a workspace runs, without its variables. */
export function scriptText(name: string): string {
  const first = name.startsWith('place') ? [] : ['as-user.sh'];
  const files = ['processes.sh', ...first, 'common.sh', ...(IN_FRONT[name] ?? []), name];
  return files.map((file) => readFileSync(join('scripts', file), 'utf8')).join('\n');
}

/** A variable as the module renders it. */
export const exported = ([name, value]: readonly [string, string]): string =>
  `export ${name}='${value.replaceAll("'", "'\\''")}'`;

/**
 * The command prefix to run something as a user who isn't root, empty for an ordinary user. Root gives that
 * user the folder and everything in it.
 */
export function asOrdinaryUser(folder: string): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  execFileSync('chown', ['-R', '65534:65534', folder]);
  return [findTool('setpriv'), '--reuid=65534', '--regid=65534', '--clear-groups'];
}

/** The command prefix with which no file grows beyond a size: writing fails as on a full volume. */
export const fullVolume = (kib: number): readonly string[] => [
  ...['bash', '-c', `trap "" XFSZ; ulimit -f ${kib}; exec "$@"`, 'limited'],
];

export type ScriptOptions = {
  /** Text between the variables and the script, such as an array, which can't be exported. */
  readonly before?: string;
  /** A command prefix for `bash`. */
  readonly wrapper?: readonly string[];
  readonly env?: Record<string, string>;
};

/** Runs a script with its variables prepended, as the module renders it and Coder's agent runs it. */
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
    // Coder's agent prepends its folder.
    env: { HOME: home, PATH: `${scriptBin}:${path}`, CODER_SCRIPT_BIN_DIR: scriptBin, ...env },
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
  });
}
