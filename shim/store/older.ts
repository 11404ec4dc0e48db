import type { ThreadId } from '../amp/thread-id.ts';
import type { SessionEvent } from './events.ts';
import type { Session } from './session.ts';

/**
 * Whether an event may be about a thread that only the history has. With ten thousand threads, a start reads
 * only the most recently used ones.
 */
export function needsOlder(session: Session, event: SessionEvent): boolean {
  if (session.older === 0) return false;
  // A thread that Amp has just created is in no record yet.
  if (event.event === 'thread' && (event.origin === 'new' || event.origin === 'forked')) return false;
  const isOther = event.event === 'switched' || event.event === 'moved';
  const thread = isOther ? event.to : 'thread' in event ? event.thread : null;
  return (
    typeof thread === 'string' && session.active?.thread !== thread && !session.others.has(thread as ThreadId)
  );
}
