import { spawn } from 'node:child_process';
import type { Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { findTool } from '../workspace/machine.ts';

/** A network of its own, in which every address is this machine. */
export type Namespace = {
  /** Of a process in it: its view of the network is in /proc. */
  readonly pid: number;
  /** What comes in there, on any address: HTTPS, HTTP and questions for names. */
  readonly https: Server;
  readonly http: Server;
  readonly dns: Datagrams;
  /** The command prefix to run a program in it. @param user to run as, if it isn't this process's */
  readonly enter: (folder: string, user?: number) => readonly string[];
  readonly close: () => Promise<void>;
};

/** Every address leads to this machine, and names are asked for here. */
const SET_UP = `
set -eu
ip link set lo up
ip route add local default dev lo
mount --bind "$1" /etc/resolv.conf
shift
exec "$@"`;

/**
 * Makes one, with `unshare` and `ip`: as root, or in a user namespace where ordinary users may create those.
 * @param folder for its files; the users of the network must be able to read it.
 * @throws where this machine allows neither, with what to change: the tests that need it fail, because with less
 *   they would not see every request.
 */
export async function openNamespace(folder: string): Promise<Namespace> {
  const isRoot = process.getuid?.() === 0;
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 127.0.0.1\n', { mode: 0o644 });
  const holder = join(import.meta.dirname, 'holder.mjs');
  const own = [...(isRoot ? [] : ['--map-root-user']), '--net', '--mount', '--propagation', 'private'];
  const child = spawn(
    'unshare',
    [...own, '--', 'bash', '-c', SET_UP, 'bash', resolver, process.execPath, holder],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } },
  );
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  // Not 'close': Node doesn't tell that of a child that handed over sockets.
  const ended = once(child, 'exit');
  const received = new Map<string, unknown>();
  await new Promise<void>((resolve, reject) => {
    child.on('message', (name, handle) => {
      received.set(String(name), handle);
      if (received.size === 3) resolve();
    });
    child.once('error', reject);
    ended.then(() => reject(new Error(WHY_NOT + said)));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(WHY_NOT + said);
  return {
    pid,
    https: received.get('https') as Server,
    http: received.get('http') as Server,
    dns: received.get('dns') as Datagrams,
    enter: (folder, user) => {
      const where = ['net', 'mnt', ...(isRoot ? [] : ['user'])].map((kind) => {
        const option = { net: 'net', mnt: 'mount', user: 'user' }[kind];
        return `--${option}=/proc/${pid}/ns/${kind}`;
      });
      const who = user === undefined ? [] : ['--setuid', String(user), '--setgid', String(user)];
      const rights = isRoot ? who : ['--preserve-credentials'];
      return [findTool('nsenter'), ...where, ...rights, `--wd=${folder}`, '--'];
    },
    close: async () => {
      for (const name of ['https', 'http'] as const) (received.get(name) as Server).close();
      (received.get('dns') as Datagrams).close();
      child.disconnect();
      await ended;
    },
  };
}

const WHY_NOT =
  'These tests need a network of their own, so that they see every request of every program. They make it with ' +
  "'unshare' (util-linux) and 'ip' (iproute2), as root, or as a user who may create user namespaces " +
  '(Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0; Docker: --privileged). It failed with: ';
