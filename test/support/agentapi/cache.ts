import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
/** Inside the checkout, so that a bundle finds node-pty's native part in its node_modules. */
export const CACHE = fileURLToPath(new URL('../../../.cache/agentapi/', import.meta.url));

/** What this process has built, by entry. */
const built = new Map<string, string>();

/**
 * Builds an executable from a TypeScript program. It is bundled once, since compiling it at each start would
 * take longer than running it. Works from any folder, with any HOME, and without Node on PATH.
 * @param entry file name below this folder.
 * @param name the executable's name; it is alone in its folder, which can go on PATH.
 * @param first lines of sh that run before it.
 * @returns the executable's path.
 */
export function executable(entry: string, name: string, first = ''): string {
  const path = built.get(entry) ?? bundle(entry, name, first);
  built.set(entry, path);
  return path;
}

function bundle(entry: string, name: string, first: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['@lydell/node-pty'],
    // Before anything is loaded: on this signal, which tells AgentAPI to save, Node would open its debugger.
    banner: { js: 'process.on("SIGUSR1",()=>{});' },
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  const folder = join(CACHE, createHash('sha256').update(output.contents).digest('hex').slice(0, 16));
  const program = join(folder, `${name}.cjs`);
  const launcher = join(folder, 'bin', name);
  mkdirSync(dirname(launcher), { recursive: true });
  put(program, (path) => writeFileSync(path, output.contents));
  const script = `#!/bin/sh\n${first}\nexec '${process.execPath}' '${program}' "$@"\n`;
  put(launcher, (path) => writeFileSync(path, script, { mode: 0o755 }));
  return launcher;
}

/**
 * Creates a folder with only a link to a real executable in it.
 * @returns the link's path.
 */
export function link(target: string, name: string): string {
  const path = join(CACHE, `real-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`, name);
  mkdirSync(dirname(path), { recursive: true });
  put(path, (temporary) => symlinkSync(target, temporary));
  return path;
}

/** Other test processes may do the same at the same time: each writes its own file and renames it. */
function put(path: string, write: (temporary: string) => void): void {
  const temporary = `${path}.${process.pid}`;
  rmSync(temporary, { force: true });
  write(temporary);
  renameSync(temporary, path);
}
