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
  mkdirSync(join(root, 'home'));
  const tools = makeToolFolder(join(root, 'tools'), [process.execPath]);
  return { home: join(root, 'home'), bin, path: `${bin}:${tools}` };
}

/** Puts a program written in bash on a PATH. */
export function makeProgram(path: string, text: string): void {
  writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(path, 0o755);
}

/** Runs a file of scripts/ with its variables in front, as the module renders it. */
export function runScript(name: string, { home, path }: ScriptHome, variables: Record<string, string>) {
  const exports = Object.entries(variables).map(
    ([key, value]) => `export ${key}='${value.replaceAll("'", "'\\''")}'`,
  );
  const text = [...exports, readFileSync(join('scripts', name), 'utf8')].join('\n');
  return execa('bash', ['-c', text], {
    cwd: home,
    env: { HOME: home, PATH: path, CODER_SCRIPT_BIN_DIR: join(home, 'script-bin') },
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
  });
}
