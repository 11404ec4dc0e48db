import { dialogOn } from '../agentapi/dialog.ts';
import { AgentApi } from '../agentapi/http.ts';
import { isConnecting } from '../agentapi/input-box.ts';
import type { LiveAgent } from './live.ts';

/** What a running agent is doing, as far as AgentAPI and its screen tell. */
export type Activity = {
  /** Null in a terminal, or where AgentAPI doesn't tell. `connecting`: it has no websocket to Amp's servers. */
  readonly doing: 'working' | 'idle' | 'asking' | 'connecting' | null;
  /** What it asks a person and waits for; null if nothing. */
  readonly question: string | null;
};

/** Looks at the running agent. AgentAPI takes one that asks a question, or counts down on its screen, for one that works. */
export async function activityOf(live: LiveAgent): Promise<Activity> {
  if (live.kind !== 'running' || live.url === null) return { doing: null, question: null };
  const agent = new AgentApi(live.url);
  const [screen, doing] = await Promise.all([agent.screen(), agent.activity()]);
  const question = dialogOn(screen ?? '');
  if (question !== null) return { doing: 'asking', question };
  return { doing: isConnecting(screen ?? '') ? 'connecting' : doing, question };
}
