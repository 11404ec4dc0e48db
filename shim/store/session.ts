import * as z from 'zod/mini';
import type { ThreadId } from '../amp/thread-id.ts';
import { whole } from '../system/shapes.ts';
import { Thread } from './events.ts';
import { ThreadRecord } from './thread-record.ts';

const Opening = z.looseObject({
  at: z.string(),
  workdir: z.string(),
  lastSeen: z.nullable(z.string()),
  prompts: ThreadRecord.shape.prompts,
});

/** What store.json holds of a session, besides its threads. */
export const SessionHead = z.looseObject({
  version: whole,
  /** Number of the last event included here. */
  seq: whole,
  active: z.nullable(ThreadRecord),
  /** The thread that was replaced, while its successor does not exist yet. */
  vacated: z.nullable(z.object({ thread: Thread, reason: z.string() })),
  /** How many recorded threads are not included here: only the history has them. */
  older: whole,
  /** The last launch: in which thread, null for one that the agent opens itself. Null before the first. */
  launched: z.nullable(
    z.object({
      at: z.string(),
      thread: z.nullable(Thread),
      workdir: z.string(),
      /** The agent's own TERM_SESSION_ID; null if it has none and is therefore not followed. */
      terminal: z.nullable(z.string()),
      /** The thread that this agent was last seen in: the launch's, until it moves. */
      now: z.nullable(Thread),
      /** When it moved there; null if it has not moved. */
      moved: z.nullable(z.string()),
    }),
  ),
  /** Coder's ID of the workspace that this is the record of; absent where it is unknown. */
  workspace: z.optional(z.string()),
  /** The agent was started without a thread of ours and may have opened one of its own. */
  opening: z.nullable(Opening),
  /** The thread whose chat is in AgentAPI's state file; null if unknown. */
  chat: z.nullable(Thread),
  /** An unfinished move of that file; see chat/decide.ts. */
  chatMove: z.nullable(
    z.looseObject({ from: z.string(), to: z.nullable(Thread), aside: z.boolean(), back: z.boolean() }),
  ),
  /** The key's runner as it was last started; null if there never was one. */
  runner: z.nullable(z.looseObject({ name: z.string(), workspace: z.string(), workdir: z.string() })),
  /** The threads that it serves, in the order in which it was asked to, and their folders; null for its own. */
  served: z.array(z.looseObject({ thread: Thread, folder: z.nullable(z.string()) })),
});

/** The current state of a session key: its history folded. */
export type Session = z.infer<typeof SessionHead> & {
  /** The threads besides the active one, least recently used first. */
  readonly others: ReadonlyMap<ThreadId, ThreadRecord>;
};

/** The snapshot format's version; snapshots of another version are ignored and the history is replayed. */
export const SESSION_VERSION = 4;

/** A key without any history. */
export const EMPTY_SESSION: Session = {
  version: SESSION_VERSION,
  seq: 0,
  active: null,
  vacated: null,
  others: new Map(),
  older: 0,
  launched: null,
  opening: null,
  chat: null,
  chatMove: null,
  runner: null,
  served: [],
};

/** Every thread included here, most recently used first. */
export function threadsOf({ active, others }: Session): ThreadRecord[] {
  return [...others.values(), ...(active === null ? [] : [active])].reverse();
}

/** One thread's record, or null. */
export function threadIn(session: Session, thread: ThreadId): ThreadRecord | null {
  return session.active?.thread === thread ? session.active : (session.others.get(thread) ?? null);
}

/** How many threads are recorded. */
export function threadCount({ active, others, older }: Session): number {
  return others.size + older + (active === null ? 0 : 1);
}
