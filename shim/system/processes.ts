import { existsSync, readdirSync, statSync } from 'node:fs';
import { hasCode, readTextIfPresent } from './files.ts';
import { machineOfThisProcess, relationTo } from './machine.ts';

/**
 * A process that can't be confused with a later one of the same number: the kernel's start time and the
 * machine are part of it. `started` is in clock ticks since boot (proc(5), field 22 of /proc/pid/stat), null
 * where there is no /proc. `machine` says in which boot and PID namespace the number counts (see machine.ts);
 * records of older versions lack it.
 */
export type ProcessIdentity = {
  readonly pid: number;
  readonly started: number | null;
  readonly machine?: string | undefined;
};

/** The identity of a running process, or null when no such process runs (a zombie does not). */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const machine = machineOfThisProcess();
  if (!hasProc()) return answersSignalZero(pid) ? { pid, started: null, machine } : null;
  const stat = statOf(pid);
  return stat === null ? null : { pid, started: stat.started, machine };
}

/** A process of this user as the kernel has it now. */
export type SeenProcess = { readonly pid: number; readonly parent: number; readonly started: number };

/** Every running process of this user; null where the system doesn't show them. */
export function ownProcesses(): readonly SeenProcess[] | null {
  if (!hasProc()) return null;
  const user = process.getuid?.();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && ownerOf(name) === user)
    .flatMap((name) => {
      const stat = statOf(Number(name));
      return stat === null ? [] : [{ pid: Number(name), ...stat }];
    });
}

/**
 * When a process started, by the clock as it is now; null where the system doesn't tell.
 * @param started as in ProcessIdentity. proc(5) counts 100 ticks a second on every platform that Node runs on.
 */
export function startTime(started: number): Date | null {
  const up = Number(readProc('uptime')?.split(' ')[0]);
  return Number.isFinite(up) ? new Date(Date.now() - up * 1_000 + started * 10) : null;
}

/** The parent and the start of a running process; null where there is none (a zombie does not run). */
function statOf(pid: number): Omit<SeenProcess, 'pid'> | null {
  const stat = readProcFile(pid, 'stat');
  if (stat === null) return null;
  // The command's name stands in brackets and may itself hold brackets and spaces: count from the last one.
  const [state, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : { parent: Number(parent), started: Number(fields[17]) };
}

function ownerOf(pid: string): number | null {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    // It has ended.
    return null;
  }
}

/**
 * The state of a recorded process: running, ended, or on another machine or in another container, which can't
 * be inspected from here.
 */
export function lookAt(identity: ProcessIdentity): 'running' | 'ended' | 'elsewhere' {
  const relation = identity.machine === undefined ? 'same' : relationTo(identity.machine);
  if (relation !== 'same') return relation;
  const now = identifyProcess(identity.pid);
  const isSame = now !== null && (identity.started === null || now.started === identity.started);
  return isSame ? 'running' : 'ended';
}

/** Whether that very process, not one that got its number later, is still running here. */
export function isRunning(identity: ProcessIdentity): boolean {
  return lookAt(identity) === 'running';
}

/** The part of a file's name that identifies this process: `<pid>.<start>.<machine>`. */
export function nameOfThisProcess(): string {
  const { started, machine } = identifyProcess(process.pid) ?? { started: null, machine: undefined };
  return [process.pid, started ?? 0, ...(machine === undefined ? [] : [machine])].join('.');
}

/**
 * Reads what `nameOfThisProcess` wrote, or an older version, without the machine.
 * @returns null for anything else.
 */
export function processNamed(name: string): ProcessIdentity | null {
  const [, pid, started, machine] = /^(\d+)\.(\d+)(?:\.([\w.-]+))?$/.exec(name) ?? [];
  if (pid === undefined) return null;
  return { pid: Number(pid), started: started === '0' ? null : Number(started), machine };
}

function readProcFile(pid: number, name: string): string | null {
  return readProc(`${pid}/${name}`);
}

function readProc(name: string): string | null {
  try {
    return readTextIfPresent(`/proc/${name}`);
  } catch {
    // The process ended between the look and the read, or belongs to somebody else.
    return null;
  }
}

function answersSignalZero(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** The words of a process's command line; null where the system does not tell. */
export function commandLineOf(pid: number): readonly string[] | null {
  return readProcFile(pid, 'cmdline')?.split('\0') ?? null;
}

/** The variables a process was started with, as `NAME=value`; null where the system does not tell. */
export function environmentOf(pid: number): readonly string[] | null {
  return readProcFile(pid, 'environ')?.split('\0') ?? null;
}

/** Whether the system shows its processes under /proc. */
export function hasProc(): boolean {
  return existsSync('/proc/self/stat');
}
