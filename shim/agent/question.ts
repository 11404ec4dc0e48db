import { dialogOn } from '../agentapi/dialog.ts';
import { AgentApi } from '../agentapi/http.ts';
import type { LiveAgent } from './live.ts';

/** Where a question of Amp's is answered: AgentAPI's chat neither shows nor takes it. */
export const WHERE_TO_ANSWER =
  "Answer it in the agent's terminal: the terminal app in the dashboard, or 'amp-session continue'.";

/**
 * What the running agent asks a person and waits for, by the title of Amp's dialog. AgentAPI calls it working then.
 * @returns null if it asks nothing, or can't be looked at: in a terminal, whoever sits there sees it.
 */
export async function questionOf(live: LiveAgent): Promise<string | null> {
  if (live.kind !== 'running' || live.url === null) return null;
  return dialogOn((await new AgentApi(live.url).screen()) ?? '');
}
