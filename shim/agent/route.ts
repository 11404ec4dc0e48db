import type { ThreadId } from '../amp/thread-id.ts';
import type { LiveAgent } from './live.ts';

/** How to open a thread in a terminal or send to it. */
export type Way =
  /** Through the running agent, which is in it. */
  | { readonly by: 'agentapi'; readonly url: string }
  /** With an Amp of our own. */
  | { readonly by: 'amp' }
  /** The agent is about to be started in it. */
  | { readonly by: 'waiting' };

/** Decides how to reach a thread without becoming its second writer. */
export function decideWay(thread: ThreadId, live: LiveAgent): Way {
  if (live.kind === 'stopped' || live.thread !== thread) return { by: 'amp' };
  return live.kind === 'running' ? { by: 'agentapi', url: live.url } : { by: 'waiting' };
}
