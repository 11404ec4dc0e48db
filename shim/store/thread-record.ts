import * as z from 'zod/mini';
import type { ThreadId } from '../amp/thread-id.ts';
import { Origin, Thread } from './events.ts';

const Prompt = z.looseObject({
  sha256: z.string(),
  /**
   * `handed`: the agent was started with it; `delivered`: there is evidence that the thread has it; `waived`:
   * no start is to give it: it was for the previous thread, and a person who changes threads does not want it again; or
   * it is the text of on_interrupted_turn.
   */
  state: z.enum(['handed', 'delivered', 'waived']),
  /** When an agent was last launched with it. */
  handed: z.optional(z.string()),
  /** Typed some time after that launch. */
  late: z.optional(z.boolean()),
  /** Amp itself read it at that launch, and gave it to the thread that it was launched in and to no other. */
  onStdin: z.optional(z.boolean()),
});

/** One prompt and its delivery state in one thread. */
export type PromptRecord = z.infer<typeof Prompt>;

/** Everything known about one thread. */
export const ThreadRecord = z.looseObject({
  thread: Thread,
  origin: Origin,
  parent: z.nullable(Thread),
  /** The thread that its first prompt mentions, if the agent took a fork's first prompt along to this one. */
  mentions: z.optional(Thread),
  name: z.nullable(z.string()),
  title: z.nullable(z.string()),
  /** Where its work is: the folder of its last launch. */
  workdir: z.string(),
  created: z.string(),
  /** When it last became the active one; null if it never was. */
  since: z.nullable(z.string()),
  starts: z.number(),
  lastStart: z.nullable(z.string()),
  /** When that was by the volume of AgentAPI's state file, in milliseconds since 1970. */
  lastStartFile: z.optional(z.number()),
  /** Headless turns by `amp-session send`. */
  sends: z.number(),
  /** When it was last created, chosen, started or sent to. */
  lastUsed: z.string(),
  prompts: z.array(Prompt),
  /** What last made it the active one, if it took the place of another. */
  chosen: z.nullable(
    z.object({
      by: z.enum(['replaced', 'new', 'use', 'fork', 'moved']),
      after: z.nullable(Thread),
      reason: z.nullable(z.string()),
    }),
  ),
  /** When and why it was replaced. */
  ended: z.nullable(z.object({ at: z.string(), reason: z.string() })),
});

/** See `ThreadRecord`. */
export type ThreadRecord = z.infer<typeof ThreadRecord>;

/**
 * The prompt records with one prompt's state updated.
 * @param launch when an agent was launched with it, if it was.
 */
export function withPrompt(
  before: readonly PromptRecord[],
  sha256: string,
  state: PromptRecord['state'],
  launch: Partial<Pick<PromptRecord, 'handed' | 'late' | 'onStdin'>> = {},
): PromptRecord[] {
  const known = before.find((prompt) => prompt.sha256 === sha256);
  return [...before.filter((prompt) => prompt !== known), { ...known, sha256, state, ...launch }];
}

/** The prompt records with a text that is known from now on, and stays the prompt that it is if it is one. */
export function withTold(
  before: readonly PromptRecord[],
  { sha256 }: Pick<PromptRecord, 'sha256'>,
): PromptRecord[] {
  return before.some((prompt) => prompt.sha256 === sha256)
    ? [...before]
    : withPrompt(before, sha256, 'waived');
}

/** A new record, with only the thread's origin known. */
export function newRecord(
  thread: ThreadId,
  origin: Origin,
  parent: ThreadId | null,
  workdir: string,
  at: string,
): ThreadRecord {
  // One literal: a history without a snapshot may have half a million threads.
  return {
    name: null,
    title: null,
    since: null,
    lastStart: null,
    chosen: null,
    ended: null,
    thread,
    origin,
    parent,
    workdir,
    created: at,
    starts: 0,
    sends: 0,
    lastUsed: at,
    prompts: [],
  };
}

/**
 * A thread that the agent moved to, with the prompts that may have gone there instead of to the previous one.
 * @param launch when the agent was launched: only what it was given then can have gone astray.
 */
export function takeAlong(from: ThreadRecord, to: ThreadRecord, launch: string): ThreadRecord {
  const underWay = from.prompts.filter(({ state, handed }) => state === 'handed' && handed === launch);
  const taken = underWay.filter(({ sha256 }) => !to.prompts.some((own) => own.sha256 === sha256));
  const mentions =
    to.mentions ?? from.mentions ?? (from.origin === 'forked' ? (from.parent ?? undefined) : undefined);
  return {
    ...to,
    prompts: [...to.prompts, ...taken],
    ...(taken.length === 0 || to.origin === 'forked' || mentions === undefined ? {} : { mentions }),
  };
}
