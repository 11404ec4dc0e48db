/** What is known when the agent has ended. */
export type Ending = {
  /** The workspace's stop script has announced the stop. */
  readonly stopping: boolean;
  /** A person asked for another thread at once. */
  readonly restart: boolean;
  /** How long AgentAPI ran, in seconds. */
  readonly seconds: number;
  /** How many runs before this one ended quickly, in a row. */
  readonly quickFailures: number;
};

/** Whether the agent is started again, and after which pause. */
export type SettleDecision =
  | { readonly do: 'stop'; readonly because: 'workspace stops' | 'failed too often' }
  | { readonly do: 'start again'; readonly pauseMs: number; readonly quickFailures: number };

/** A run shorter than this did nothing for anybody: Amp's own start takes about two seconds. */
export const QUICK_SECONDS = 10;
/**
 * Quick failures in a row after which it is left to a person. Amp ends at once while its servers can't be reached; this is about
 * three minutes of trying, time enough for a network that comes up after the workspace.
 */
export const MOST_QUICK_FAILURES = 11;
const FIRST_PAUSE_MS = 1_000;
/** No pause is longer. */
export const LONGEST_PAUSE_MS = 30_000;

/**
 * Decides what follows the end of the agent. Its exit status is no help: AgentAPI ends with 0 after a SIGTERM of the
 * stop script and after an agent that was quit alike. Only the stop script's word stops it for good; a person
 * who quits the agent finds it running again, since the chat in the dashboard would be dead otherwise.
 */
export function decideSettle({ stopping, restart, seconds, quickFailures }: Ending): SettleDecision {
  if (stopping) return { do: 'stop', because: 'workspace stops' };
  if (restart) return { do: 'start again', pauseMs: 0, quickFailures: 0 };
  if (seconds >= QUICK_SECONDS) return { do: 'start again', pauseMs: FIRST_PAUSE_MS, quickFailures: 0 };
  const failures = quickFailures + 1;
  if (failures >= MOST_QUICK_FAILURES) return { do: 'stop', because: 'failed too often' };
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** quickFailures, LONGEST_PAUSE_MS);
  return { do: 'start again', pauseMs, quickFailures: failures };
}
