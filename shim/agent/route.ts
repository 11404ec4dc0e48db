import type { ThreadId } from '../amp/thread-id.ts';
import type { LiveAgent } from './live.ts';

/** How a thread is opened in a terminal, or spoken to. */
export type Way =
  /** Through the running agent, which is in it. */
  | { readonly by: 'agentapi'; readonly url: string }
  /** With an Amp of our own. */
  | { readonly by: 'amp' }
  /** The agent is about to be started in it. */
  | { readonly by: 'waiting' };

/** Decides which way leads into a thread so that nobody becomes a second writer in it. */
export function decideWay(thread: ThreadId, live: LiveAgent): Way {
  if (live.kind === 'stopped' || live.thread !== thread) return { by: 'amp' };
  return live.kind === 'running' ? { by: 'agentapi', url: live.url } : { by: 'waiting' };
}
