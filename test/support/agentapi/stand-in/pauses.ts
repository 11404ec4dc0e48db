import { HANG_MS } from '../../limits.ts';

/** How patient the stand-in is, in milliseconds. */
export type Pauses = {
  /** How long the screen must be unchanged for the agent to count as stable. */
  readonly stable: number;
  /** How long the screen must be unchanged after a text was typed. */
  readonly settled: number;
  /** How long the agent may take to show what was typed, and then to take it, before the message is given up. */
  readonly typing: number;
  /** How long to wait at the end for open requests, and then for the agent. */
  readonly grace: number;
  /** Whether the agent counts as stable only if Amp shows that it is waiting for its user. */
  readonly readsAmp: boolean;
};

/**
 * AgentAPI's own. Sources: lib/screentracker/pty_conversation.go and cmd/server/server.go of coder/agentapi
 * v0.12.1.
 */
const OWN: Pauses = { stable: 2000, settled: 1000, typing: 15_000, grace: 5000, readsAmp: false };

/**
 * For tests that are about something else. AgentAPI concludes from a long pause that the agent is idle, which
 * is wrong on a slow machine. This reads it from Amp's own status line, so the pause can be short. It also gives
 * up a message that the agent does not show or take in time; this doesn't.
 */
const QUICK: Pauses = { stable: 250, settled: 100, typing: HANG_MS, grace: 500, readsAmp: true };

export const QUICK_VARIABLE = 'AGENTAPI_STAND_IN_QUICK';

/** The variable that makes the first look at the screen late. */
export const LATE_LOOK_VARIABLE = 'AGENTAPI_STAND_IN_LOOKS_LATE';

/** The pauses that the environment requests; AgentAPI's own by default. */
export function readPauses(env: NodeJS.ProcessEnv): Pauses {
  return env[QUICK_VARIABLE] === '1' ? QUICK : OWN;
}

/** Whether the first look at the screen waits until the agent has written something. */
export function looksLate(env: NodeJS.ProcessEnv): boolean {
  return env[LATE_LOOK_VARIABLE] === '1';
}

/** Whether Amp has no input box yet, or its lower edge says what Amp is busy with: `╰ ≈ Connecting ───…`. */
export function ampIsBusy(screen: string): boolean {
  const edge = screen.split('\n').findLast((line) => line.trimStart().startsWith('╰'));
  return edge === undefined || /╰ \S+ \p{L}/u.test(edge);
}
