/** How patient the stand-in is, in milliseconds. */
export type Pauses = {
  /** How long the screen must have stood still for the agent to count as stable. */
  readonly stable: number;
  /** How long the screen must have stayed the same after a text was typed. */
  readonly settled: number;
  /** How long open requests, and then the agent, are waited for at the end. */
  readonly grace: number;
  /** Whether only a screen on which Amp shows that it waits for its user is taken for stable. */
  readonly readsAmp: boolean;
};

/** AgentAPI's own. Sources: lib/screentracker/pty_conversation.go and cmd/server/server.go of coder/agentapi v0.12.1. */
const OWN: Pauses = { stable: 2000, settled: 1000, grace: 5000, readsAmp: false };

/**
 * For tests that are about something else. AgentAPI tells from a long pause that the agent has nothing left to do, which a slow machine
 * proves wrong; this reads from Amp's own words whether it has, so the pause can be short.
 */
const QUICK: Pauses = { stable: 250, settled: 100, grace: 500, readsAmp: true };

/** The variable that asks for the quick pauses. */
export const QUICK_VARIABLE = 'AGENTAPI_STAND_IN_QUICK';

/** The pauses that the environment asks for: AgentAPI's own unless it says otherwise. */
export function readPauses(env: NodeJS.ProcessEnv): Pauses {
  return env[QUICK_VARIABLE] === '1' ? QUICK : OWN;
}

/** Whether Amp has drawn no input box yet, or says in its lower edge what it is busy with: `╰ ≈ Connecting ───…`. */
export function ampIsBusy(screen: string): boolean {
  const edge = screen.split('\n').findLast((line) => line.trimStart().startsWith('╰'));
  return edge === undefined || /╰ \S+ \p{L}/u.test(edge);
}
