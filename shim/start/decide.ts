/** What is known when the agent exits. */
export type Ending = {
  /** The workspace's stop script has announced the stop. */
  readonly stopping: boolean;
  /** A person asked to switch threads immediately. */
  readonly restart: boolean;
  /** How long AgentAPI ran, in seconds. */
  readonly seconds: number;
  /** How many consecutive runs before this one ended quickly. */
  readonly quickFailures: number;
};

/** Whether to restart the agent, and after what delay. */
export type SettleDecision =
  | { readonly do: 'stop'; readonly because: 'workspace stops' | 'failed too often' }
  | { readonly do: 'start again'; readonly pauseMs: number; readonly quickFailures: number };

/** A shorter run was of no use to anyone: Amp alone takes about two seconds to start. */
export const QUICK_SECONDS = 10;
/**
 * Consecutive quick failures before giving up. Amp exits at once while its servers are unreachable; with
 * exponential backoff this allows about three minutes for a network that comes up after the workspace.
 */
export const MOST_QUICK_FAILURES = 11;
const FIRST_PAUSE_MS = 1_000;
/** The cap of the exponential backoff. */
export const LONGEST_PAUSE_MS = 30_000;

/**
 * Decides what to do when the agent exits. Its exit status doesn't help: AgentAPI exits with 0 both after the
 * stop script's SIGTERM and after a user quits the agent. Only the stop script stops it permanently; if a
 * user quits the agent, it is restarted so that the chat in the dashboard keeps working.
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
