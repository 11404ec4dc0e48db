import * as z from 'zod/mini';
import { isThreadId, type ThreadId } from '../amp/thread-id.ts';
import { isObject } from '../system/json.ts';
import { whole } from '../system/shapes.ts';
import { QUICK_CHECKS } from './quick.ts';

/** A thread's ID inside a file. */
export const Thread = z.pipe(
  z.string().check(z.refine(isThreadId, 'is not a thread ID')),
  z.transform((text) => text as ThreadId),
);

const common = { seq: whole, at: z.string() };

/**
 * How a thread became known: created on request (`new`), created as the child of another (`forked`), found in
 * output left behind by a crash (`recovered`), opened by the agent itself and read from this home's own
 * record (`captured`), created elsewhere and given to this key (`adopted`), found when the agent moved to
 * it (`moved`), or begun elsewhere for this workspace's runner (`served`).
 */
export const Origin = z.enum(['new', 'forked', 'recovered', 'captured', 'adopted', 'moved', 'served']);

/** See `Origin`. */
export type Origin = z.infer<typeof Origin>;

/** The initial prompt as recorded: only what identifies it, never its text, which may be anything. */
const PromptMark = z.looseObject({
  sha256: z.string(),
  bytes: z.number(),
  // Whether Amp reads it from standard input, so that only the thread of the launch can have it.
  onStdin: z.optional(z.boolean()),
});

const eventOf = <Name extends string, Shape extends z.core.$ZodLooseShape>(name: Name, shape: Shape) =>
  z.looseObject({ ...common, event: z.literal(name), ...shape });

/**
 * Everything that ever happened to the threads of a session key, one line each in `history.jsonl`.
 * The file only grows: it is how no thread ID is ever dropped (invariant I2). Unknown fields are kept.
 */
export const KNOWN = {
  // A thread became known, and becomes the active one if there is none.
  thread: eventOf('thread', {
    thread: Thread,
    origin: Origin,
    workdir: z.string(),
    // The thread that a fork mentions in its first prompt.
    parent: z.optional(Thread),
  }),
  // A person or the template chose another thread for the agent.
  switched: eventOf('switched', {
    from: z.nullable(Thread),
    to: Thread,
    by: z.enum(['new', 'use', 'fork']),
  }),
  // The active thread is given up, and why.
  replaced: eventOf('replaced', {
    thread: Thread,
    reason: z.string(),
  }),
  // The agent is about to be started: in which thread (null: it opens one itself), and with or without the
  // prompt.
  launched: eventOf('launched', {
    thread: z.nullable(Thread),
    workdir: z.string(),
    prompt: z.nullable(PromptMark),
    // This folder's last thread in Amp's own record before the launch, to tell a new one apart.
    lastSeen: z.nullable(z.string()),
    // What time it was by the volume of AgentAPI's state file, in milliseconds since 1970.
    fileTime: z.optional(z.number()),
    // The agent's own TERM_SESSION_ID; absent if the agent is not followed.
    terminal: z.optional(z.string()),
    // Coder's ID of the workspace; absent where it is unknown.
    workspace: z.optional(z.string()),
  }),
  // The home turned out to be a copy of another workspace's. What its agent did is not this one's.
  copied: eventOf('copied', {
    from: z.string(),
    to: z.string(),
  }),
  // The agent went to another thread by itself: a message opened one, or a person switched inside Amp.
  moved: eventOf('moved', {
    from: z.nullable(Thread),
    to: Thread,
    // When Amp noted it.
    when: z.string(),
    workdir: z.string(),
    evidence: z.string(),
    // Whether it becomes the active one: not if a person has chosen another since, or if it belongs to
    // another key.
    active: z.boolean(),
    // The key that it belongs to, if not this one.
    owner: z.optional(z.string()),
  }),
  'prompt-delivered': eventOf('prompt-delivered', {
    thread: Thread,
    sha256: z.string(),
    evidence: z.string(),
    // The thread that it was meant for, if it went to another.
    meant: z.optional(Thread),
  }),
  // AgentAPI's state file changes hands; see chat/decide.ts.
  'chat-moving': eventOf('chat-moving', {
    from: z.string(),
    to: z.nullable(Thread),
    aside: z.boolean(),
    back: z.boolean(),
  }),
  'chat-moved': eventOf('chat-moved', {
    of: z.nullable(Thread),
  }),
  // It is unknown whether the agent opened this thread in a recorded start or in one without persistence.
  'not-captured': eventOf('not-captured', {
    thread: z.nullable(Thread),
    reason: z.string(),
  }),
  // The prompt is about to be typed into an agent that was launched without it, since Amp had not said yet whether
  // the thread has it.
  'prompt-handed': eventOf('prompt-handed', {
    thread: Thread,
    prompt: PromptMark,
  }),
  // The text of on_interrupted_turn is about to be typed. Whether it arrived is asked of the thread alone.
  told: eventOf('told', {
    thread: Thread,
    prompt: PromptMark,
  }),
  // The key's runner is about to be started as this one.
  runner: eventOf('runner', {
    name: z.string(),
    // Coder's ID of the workspace; empty where it is unknown.
    workspace: z.string(),
    workdir: z.string(),
  }),
  // The runner serves a thread from now on, in this folder (null: its own).
  served: eventOf('served', {
    thread: Thread,
    folder: z.nullable(z.string()),
    workdir: z.string(),
  }),
  // It no longer serves it, and why.
  unserved: eventOf('unserved', {
    thread: Thread,
    reason: z.string(),
  }),
  // `amp-session send` is about to run one headless turn in a thread, with or without a fork's first prompt
  // in front.
  sent: eventOf('sent', {
    thread: Thread,
    prompt: z.nullable(PromptMark),
  }),
  // A person's name for a thread, null to remove it; the title that Amp gave it.
  named: eventOf('named', {
    thread: Thread,
    name: z.nullable(z.string()),
  }),
  titled: eventOf('titled', {
    thread: Thread,
    title: z.string(),
  }),
  // No longer listed. Everything known about it was archived in `archive` first; `deleted`: Amp was told to
  // delete it too.
  forgotten: eventOf('forgotten', {
    thread: Thread,
    archive: z.string(),
    deleted: z.boolean(),
  }),
};

/** One line of the history that this version understands. */
export type SessionEvent = {
  [Name in keyof typeof KNOWN]: z.infer<(typeof KNOWN)[Name]>;
}[keyof typeof KNOWN];

/** An event before the store gives it its number and time. */
export type NewEvent = SessionEvent extends infer E ? (E extends SessionEvent ? NewOf<E> : never) : never;
type NewOf<E> = { [K in keyof E as string extends K ? never : K extends 'seq' | 'at' ? never : K]: E[K] };

/** The thread that an event gives to its key, if it does: at most one. */
export function threadGivenBy(event: NewEvent): ThreadId[] {
  if (event.event === 'thread' || event.event === 'served') return [event.thread];
  return event.event === 'moved' && event.owner === undefined ? [event.to] : [];
}

/** Every thread that an event is about, or that another one in it came from. */
export function threadsNamedBy(event: SessionEvent): string[] {
  const { thread, from, to, meant } = event as { readonly [name: string]: unknown };
  return [thread, from, to, meant].filter((id) => typeof id === 'string');
}

const Numbered = z.looseObject({ seq: whole, event: z.string() });

/** What one line of the history turned out to be. */
export type HistoryLine =
  | { readonly kind: 'event'; readonly event: SessionEvent }
  /** Written by another version of this program: kept, counted, not acted on. */
  | { readonly kind: 'foreign'; readonly seq: number }
  | { readonly kind: 'damaged' };

/** Recognises an unsealed line of the history. */
export function readEvent(object: unknown): HistoryLine {
  const name = isObject(object) ? object['event'] : undefined;
  if (isObject(object) && typeof name === 'string' && Object.hasOwn(KNOWN, name)) {
    if (QUICK_CHECKS.get(name)?.(object)) return { kind: 'event', event: object as SessionEvent };
    const known = KNOWN[name as keyof typeof KNOWN].safeParse(object);
    if (known.success) return { kind: 'event', event: known.data };
  }
  const numbered = Numbered.safeParse(object);
  return numbered.success ? { kind: 'foreign', seq: numbered.data.seq } : { kind: 'damaged' };
}
