import { createHash } from 'node:crypto';

/** What every identity begins with, so that ours is told from a person's. */
const PREFIX = 'amp-session-';
const FORM = /^amp-session-[0-9a-f]{16}$/;

/**
 * The agent's own `TERM_SESSION_ID`, by which Amp names its record of the thread that this terminal is in. It
 * is the same at every start of a key, so that one file is used and not one more with each start, and another
 * for every key, so that two agents in one folder never share a record. It says nothing of either: no secret,
 * and no path.
 * @param stateFolder the module's folder on the volume.
 */
export function terminalIdentity(stateFolder: string, key: string): string {
  return `${PREFIX}${createHash('sha256').update(`${stateFolder}\0${key}`).digest('hex').slice(0, 16)}`;
}

/** Whether a `TERM_SESSION_ID` is an agent's, as in a program that the agent itself has started. */
export function isTerminalIdentity(value: string | undefined): boolean {
  return value !== undefined && FORM.test(value);
}
