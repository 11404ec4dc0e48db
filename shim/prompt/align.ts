import type { AgentApiState } from '../agentapi/state-file.ts';

/**
 * The state with which AgentAPI sends no prompt on its own: it does that with the prompt in its state when the
 * flag there says 'not sent'. AgentAPI is never given a prompt, but an earlier version of this module may have.
 * @returns null if the state needs no change.
 */
export function quietState(state: AgentApiState): AgentApiState | null {
  if (state.initial_prompt === '' || state.initial_prompt_sent) return null;
  return { ...state, initial_prompt_sent: true };
}
