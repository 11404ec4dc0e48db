import type { AgentApiState } from '../agentapi/state-file.ts';
import { promptSha256 } from './identity.ts';

/**
 * The state that makes AgentAPI do with the prompt what we decided. Left alone it repeats its own prompt when
 * its flag says 'not sent', and never sends one again that its flag says was sent.
 * @param send hash of the prompt that it will be given, null when it will be given none.
 * @returns null when the state is right as it is.
 */
export function alignedState(state: AgentApiState, send: string | null): AgentApiState | null {
  const sent = send === null || promptSha256(state.initial_prompt) !== send;
  if (state.initial_prompt === '' || state.initial_prompt_sent === sent) return null;
  return { ...state, initial_prompt_sent: sent };
}
