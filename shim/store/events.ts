import * as z from 'zod/mini';
import { parseThreadId, type ThreadId } from '../amp/thread-id.ts';

/** A thread's ID inside a file. */
export const Thread = z.pipe(
  z.string().check(z.refine((text) => parseThreadId(text) === text, 'is not a thread ID')),
  z.transform((text) => text as ThreadId),
);

const common = { seq: z.int().check(z.positive()), at: z.string() };

/** The initial prompt as we remember it: never its text, which may be anything, only what identifies it. */
const PromptMark = z.looseObject({ sha256: z.string(), bytes: z.number() });

/**
 * Everything that ever happened to the threads of a session key, one line each in `history.jsonl`.
 * The file only grows: it is how no thread ID is ever dropped (invariant I2). Unknown fields are kept.
 */
const KnownEvent = z.discriminatedUnion('event', [
  // Amp handed out a thread: asked for (`new`), found in an output that a crash left behind (`recovered`), or
  // opened by the agent itself and read from this home's own record (`captured`).
  z.looseObject({
    ...common,
    event: z.literal('thread'),
    thread: Thread,
    origin: z.enum(['new', 'recovered', 'captured']),
    workdir: z.string(),
  }),
  // The active thread is given up, and why.
  z.looseObject({ ...common, event: z.literal('replaced'), thread: Thread, reason: z.string() }),
  // The agent is about to be started: in which thread (null: it opens one itself), and with the prompt or not.
  z.looseObject({
    ...common,
    event: z.literal('launched'),
    thread: z.nullable(Thread),
    workdir: z.string(),
    prompt: z.nullable(PromptMark),
    // What Amp's own record named as this folder's last thread before the launch, to tell a new one from it.
    lastSeen: z.nullable(z.string()),
  }),
  z.looseObject({
    ...common,
    event: z.literal('prompt-delivered'),
    thread: Thread,
    sha256: z.string(),
    evidence: z.string(),
  }),
  // AgentAPI's state file changes hands, see decide/chat.ts.
  z.looseObject({
    ...common,
    event: z.literal('chat-moving'),
    from: z.string(),
    to: z.nullable(Thread),
    aside: z.boolean(),
    back: z.boolean(),
  }),
  z.looseObject({ ...common, event: z.literal('chat-moved'), of: z.nullable(Thread) }),
]);

/** One line of the history that this version understands. */
export type SessionEvent = z.infer<typeof KnownEvent>;

/** An event before the store gives it its number and time. */
export type NewEvent = SessionEvent extends infer E ? (E extends SessionEvent ? NewOf<E> : never) : never;
type NewOf<E> = { [K in keyof E as string extends K ? never : K extends 'seq' | 'at' ? never : K]: E[K] };

const Numbered = z.looseObject({ seq: common.seq });

/** What one line of the history turned out to be. */
export type HistoryLine =
  | { readonly kind: 'event'; readonly event: SessionEvent }
  /** Written by another version of this program: kept, counted, not acted on. */
  | { readonly kind: 'foreign'; readonly seq: number }
  | { readonly kind: 'damaged' };

/** Recognises an unsealed line of the history. */
export function readEvent(object: unknown): HistoryLine {
  const known = KnownEvent.safeParse(object);
  if (known.success) return { kind: 'event', event: known.data };
  const numbered = Numbered.safeParse(object);
  return numbered.success ? { kind: 'foreign', seq: numbered.data.seq } : { kind: 'damaged' };
}
