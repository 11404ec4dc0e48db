import { isObject } from '../system/json.ts';

/** A message of `amp threads export`, as far as it tells whether its turn has ended. */
export type TurnMessage = {
  readonly role: string;
  readonly content: readonly {
    readonly type: string;
    /** What became of a tool's call: whatever it may be in some version, a thread is readable. */
    readonly run?: unknown;
  }[];
  /** Of the agent's messages: what became of it. */
  readonly state?: { readonly type: string } | null | undefined;
  /** Of a person's messages: they ended the turn themselves. */
  readonly interrupted?: boolean | null | undefined;
};

/**
 * How a thread's last turn stands: nobody has said anything yet; it has ended, by itself or because a person ended it; or
 * it is open, since the agent is at work or was cut off.
 */
export type LastTurn = 'none' | 'ended' | 'open';

/**
 * How the last of some messages leaves its turn (0.0.1790142911: what `-x --stream-json` takes for the end of a turn). A
 * message that doesn't say, as in versions before mid-2026, ends it.
 */
export function lastTurnOf(messages: readonly TurnMessage[]): LastTurn {
  const last = messages.findLast(({ role }) => role === 'user' || role === 'assistant');
  if (last === undefined) return 'none';
  const isRefused = last.content.some(({ run }) => isObject(run) && run['status'] === 'rejected-by-user');
  if (last.role === 'user') return last.interrupted === true || isRefused ? 'ended' : 'open';
  const isCalling = last.content.some(({ type }) => type === 'tool_use');
  const state = last.state?.type;
  return state === 'streaming' || (state === 'complete' && isCalling) ? 'open' : 'ended';
}
