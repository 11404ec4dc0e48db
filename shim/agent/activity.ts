import { AgentApi } from '../agentapi/http.ts';
import type { LiveAgent } from './live.ts';
import { questionOf } from './question.ts';

/** What a running agent is doing, as far as AgentAPI and its screen tell. */
export type Activity = {
  /** Null in a terminal, or where AgentAPI doesn't tell. */
  readonly doing: 'working' | 'idle' | 'asking' | null;
  /** What it asks a person and waits for; null if nothing. */
  readonly question: string | null;
};

/** Looks at the running agent. AgentAPI takes an agent that asks a question for one that works. */
export async function activityOf(live: LiveAgent): Promise<Activity> {
  if (live.kind !== 'running' || live.url === null) return { doing: null, question: null };
  const [question, doing] = await Promise.all([questionOf(live), new AgentApi(live.url).activity()]);
  return { doing: question === null ? doing : 'asking', question };
}
