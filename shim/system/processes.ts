import { existsSync } from 'node:fs';
import { hasCode, readTextIfPresent } from './files.ts';

/**
 * A process that can't be confused with a later one of the same number: the kernel's start time is part of it.
 * `started` is in clock ticks since boot (proc(5), field 22 of /proc/pid/stat), null where there is no /proc.
 */
export type ProcessIdentity = { readonly pid: number; readonly started: number | null };

/** The identity of a running process, or null when no such process runs (a zombie does not). */
export function identifyProcess(pid: number): ProcessIdentity | null {
  if (!hasProc()) return answersSignalZero(pid) ? { pid, started: null } : null;
  const stat = readProcFile(pid, 'stat');
  if (stat === null) return null;
  // The command's name stands in brackets and may itself hold brackets and spaces: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const started = Number(fields[19]);
  return state === 'Z' || state === 'X' ? null : { pid, started };
}

/** Whether that very process, not one that got its number later, is still running. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  return now !== null && (identity.started === null || now.started === identity.started);
}

function readProcFile(pid: number, name: string): string | null {
  try {
    return readTextIfPresent(`/proc/${pid}/${name}`);
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
