import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { tryToReadText } from '../system/files.ts';
import { commandLineOf, environmentOf, hasProc, identifyProcess } from '../system/processes.ts';

/** What AgentAPI's pid file says: nothing runs, that server runs, or it is left over and is in the way; or it is no file that can be read. */
export type PidFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'running' | 'stale'; readonly pid: number };

/**
 * Checks whether the server that wrote a pid file is still running. AgentAPI itself only checks that *some*
 * process has that ID, so after an unclean stop an unrelated process that reuses the ID keeps it from
 * starting.
 */
export function readPidFile(path: string): PidFile {
  const reading = tryToReadText(path);
  if (reading.kind !== 'text') return reading;
  const pid = /^\s*(\d{1,9})\s*$/.exec(reading.text)?.[1];
  // AgentAPI overwrites what it can't read as a number.
  if (pid === undefined) return { kind: 'none' };
  return { kind: isAgentApiServer(Number(pid), path) ? 'running' : 'stale', pid: Number(pid) };
}

/** Removes a stale pid file. */
export function removePidFile(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Removes what a killed server has left. The stop script of AgentAPI's module (2.4.0) ends whatever process has the
 * number in that file by then.
 */
export function removeStalePidFile(path: string): void {
  if (readPidFile(path).kind === 'stale') removePidFile(path);
}

/**
 * Whether a running process is the AgentAPI server that owns this pid file, and not another instance's server
 * or an unrelated process that reuses the ID. Where that can't be determined (no /proc), it is assumed to be
 * the owner: refusing to start a second agent is the safer mistake.
 */
function isAgentApiServer(pid: number, pidFile: string): boolean {
  if (identifyProcess(pid) === null) return false;
  const words = commandLineOf(pid);
  if (words === null) return !hasProc();
  const isServer = words.includes('server') && words.some((word) => basename(word).startsWith('agentapi'));
  const environment = environmentOf(pid);
  return isServer && (environment === null || environment.includes(`AGENTAPI_PID_FILE=${pidFile}`));
}
