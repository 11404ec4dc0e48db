import { type ThreadExport, userTextsIn } from '../amp/thread-export.ts';
import { lettersSha256 } from './identity.ts';

/**
 * What becomes of a text for a thread whose last turn was cut off (`on_interrupted_turn`): it is given; it was given
 * before, and its own turn was cut off, so that an agent that ends its workspace isn't told for ever; or nothing was cut
 * off.
 */
export type InterruptedDecision = 'tell' | 'told before' | 'nothing';

/**
 * Decides that, for a thread whose agent is not at work.
 * @param said what Amp has of the thread.
 */
export function decideInterrupted(said: ThreadExport, text: string): InterruptedDecision {
  if (said.lastTurn !== 'open') return 'nothing';
  const last = userTextsIn(said)
    .filter((each) => each !== '')
    .at(-1);
  return last !== undefined && lettersSha256(last) === lettersSha256(text) ? 'told before' : 'tell';
}
