import type { AgentApiState } from '../agentapi/state-file.ts';
import { promptSha256 } from './identity.ts';

/**
 * The state that makes AgentAPI treat the prompt as we decided. On its own, it sends the prompt in its state
 * again when the flag there says 'not sent', and never when the flag says 'sent'.
 * @param send hash of the prompt that AgentAPI will be given, null for none.
 * @returns null if the state needs no change.
 */
export function alignedState(state: AgentApiState, send: string | null): AgentApiState | null {
  const sent = send === null || promptSha256(state.initial_prompt) !== send;
  if (state.initial_prompt === '' || state.initial_prompt_sent === sent) return null;
  return { ...state, initial_prompt_sent: sent };
}
