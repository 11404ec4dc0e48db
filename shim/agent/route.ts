import type { ThreadId } from '../amp/thread-id.ts';
import type { LiveAgent } from './live.ts';

/** How to open a thread in a terminal or send to it. */
export type Way =
  /** Through the running agent, which is in it. */
  | { readonly by: 'agentapi'; readonly url: string }
  /** In the terminal of the running agent, which is in it. */
  | { readonly by: 'terminal' }
  /** With an Amp of our own. */
  | { readonly by: 'amp' }
  /** The agent is about to be started in it. */
  | { readonly by: 'waiting' };

/** Decides how to reach a thread without becoming its second writer. */
export function decideWay(thread: ThreadId, live: LiveAgent): Way {
  if (live.kind === 'stopped' || live.thread !== thread) return { by: 'amp' };
  if (live.kind === 'waiting') return { by: 'waiting' };
  return live.url === null ? { by: 'terminal' } : { by: 'agentapi', url: live.url };
}
