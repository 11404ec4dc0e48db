import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The tools of a small image: no sudo, no jq, and a JavaScript runtime only on request. */
const TOOLS = [
  'awk base64 basename bash cat chmod cp curl cut date dirname env find grep gzip head id kill ln ls mkdir mktemp mv',
  'nice nohup ps readlink rm rmdir sed seq setsid sh sha256sum sleep sort stat sync tail tee timeout touch tr uname wc',
].flatMap((line) => line.split(' '));

/**
 * Creates a folder with the system's tools, so that a workspace's PATH has what it is meant to have and
 * nothing else.
 * @param folder to create.
 * @param extra paths of additional executables, such as `process.execPath` for Node.
 */
export function makeToolFolder(folder: string, extra: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const tool of TOOLS) symlinkSync(findTool(tool), join(folder, tool));
  for (const path of extra) symlinkSync(path, join(folder, path.slice(path.lastIndexOf('/') + 1)));
  chmodSync(folder, 0o755);
  return folder;
}

/** The path of one of the system's tools. @throws where there is no such tool. */
export function findTool(name: string): string {
  for (const folder of [
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
    dirname(process.execPath),
  ]) {
    if (readdirSync(folder).includes(name)) return join(folder, name);
  }
  throw new Error(`These tests need '${name}', which this machine does not have.`);
}

/** A process of a workspace. */
export type WorkspaceProcess = { readonly pid: number; readonly args: readonly string[] };

/** Every process with this home, wherever it is in the process tree: what a container's end would kill. */
export function processesOf(home: string): WorkspaceProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const environment = readProc(pid, 'environ');
      if (!environment.includes(`HOME=${home}`)) return [];
      return [{ pid: Number(pid), args: readProc(pid, 'cmdline').slice(0, -1) }];
    })
    .filter(({ args }) => args.length > 0);
}

/** Ends a workspace as a container ends: kills every process at once, without warning. */
export function killAll(home: string): void {
  for (let left = processesOf(home); left.length > 0; left = processesOf(home)) {
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself in the meantime.
      }
    }
  }
}

function readProc(pid: string, name: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
