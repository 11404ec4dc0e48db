import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * The program at the other end of a connection, as /proc has it: `curl`, `amp`, `npm`, `node`; '' if it has gone.
 * @param observer a process in the same network.
 * @param port of the other end.
 * @param to the port at this end.
 */
export function programAt(observer: number, port: number, to: number): string {
  const inode = inodeAt(observer, port, to);
  const network = linkOf(`/proc/${observer}/ns/net`);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (linkOf(`/proc/${pid}/ns/net`) !== network) continue;
    if (handlesOf(pid).includes(`socket:[${inode}]`)) return nameOf(pid);
  }
  return '';
}

/** Another connection, such as one that has ended a moment ago, may have the same port to somewhere else. */
function inodeAt(observer: number, port: number, to: number): string {
  const ending = (number: number) => `:${number.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['tcp', 'tcp6']) {
    for (const line of readFileSync(`/proc/${observer}/net/${table}`, 'utf8').split('\n').slice(1)) {
      // sl, local address, remote address, state, queues, timer, retransmissions, user, timeout, inode
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(ending(port)) && fields[2]?.endsWith(ending(to))) return fields[9] ?? '';
    }
  }
  return '';
}

function handlesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

/** Of what Node runs, npm alone gives itself a name. Amp's npm package has `amp.exe`, on Linux too. */
function nameOf(pid: string): string {
  const program = basename(linkOf(`/proc/${pid}/exe`)).replace(/(\.exe)?( \(deleted\))?$/, '');
  return program === 'node' && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('npm') ? 'npm' : program;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // It has ended in the meantime.
    return '';
  }
}
