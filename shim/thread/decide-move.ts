import type { TerminalRecord } from '../amp/terminal-record.ts';
import type { NewEvent } from '../store/events.ts';
import type { Session } from '../store/session.ts';

/** The evidence that the agent is in another thread. */
export type MoveEvidence =
  | "Amp's record of the agent's terminal"
  | "a message that the agent was given, in this thread's own messages";

/**
 * Decides whether the agent has moved from the thread it was last known to be in (I11).
 * @param seen the thread it was found in since its launch, and when it moved there; null when unknown.
 * @param owner the other key that this thread belongs to, null for none: such a thread is not taken over.
 * @returns the event to record, null when nothing changed.
 */
export function decideMove(
  session: Session,
  seen: TerminalRecord | null,
  owner: string | null,
  evidence: MoveEvidence = "Amp's record of the agent's terminal",
): NewEvent | null {
  const { launched, active, opening } = session;
  if (launched === null || seen === null) return null;
  if (seen.thread === launched.now) return null;
  const { now: from, workdir } = launched;
  const { thread: to } = seen;
  if (owner === null && active === null && opening !== null) {
    return { event: 'thread', thread: to, origin: 'captured', workdir };
  }
  const when = new Date(seen.at).toISOString();
  // A person's choice, or Amp's word that a thread is gone, may be newer than the move. Only then are clocks
  // compared.
  const isChosen = active !== null && active.thread !== from;
  const isNewest = !isChosen || active.since === null || Date.parse(active.since) <= seen.at;
  const moved = { event: 'moved', from, to, when, workdir, evidence } as const;
  return owner === null ? { ...moved, active: isNewest } : { ...moved, active: false, owner };
}
