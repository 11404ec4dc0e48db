import * as z from 'zod/mini';
import { type SessionEvent, Thread } from './events.ts';

const Prompt = z.looseObject({
  sha256: z.string(),
  /** `handed`: the agent was started with it; `delivered`: there is evidence that the thread has it. */
  state: z.enum(['handed', 'delivered']),
});

/** One prompt and how far it got in one thread. */
export type PromptRecord = z.infer<typeof Prompt>;

const Active = z.looseObject({
  thread: Thread,
  origin: z.enum(['new', 'recovered', 'captured']),
  workdir: z.string(),
  since: z.string(),
  starts: z.number(),
  lastStart: z.nullable(z.string()),
  prompts: z.array(Prompt),
});

/** The thread the agent is in, and what it has been given. */
export type ActiveThread = z.infer<typeof Active>;

const Opening = z.looseObject({
  at: z.string(),
  workdir: z.string(),
  lastSeen: z.nullable(z.string()),
  prompts: z.array(Prompt),
});

/** The shape of store.json. */
export const Session = z.looseObject({
  version: z.int().check(z.positive()),
  /** Number of the last event that is part of this. */
  seq: z.int(),
  active: z.nullable(Active),
  /** The agent was started without a thread of ours and may have opened one of its own. */
  opening: z.nullable(Opening),
  /** Whose chat AgentAPI's state file is: a thread's ID, or null for nobody we know. */
  chat: z.nullable(Thread),
  /** A change of that file which had begun, see decide/chat.ts. */
  chatMove: z.nullable(
    z.looseObject({ from: z.string(), to: z.nullable(Thread), aside: z.boolean(), back: z.boolean() }),
  ),
});

/** What is true of a session key now: the sum of its history. */
export type Session = z.infer<typeof Session>;

/** A key of which nothing is known yet. */
export const EMPTY_SESSION: Session = {
  version: 1,
  seq: 0,
  active: null,
  opening: null,
  chat: null,
  chatMove: null,
};

/** The session after one more event. Fields that this version does not know stay as they are. */
export function applyEvent(session: Session, event: SessionEvent): Session {
  return { ...session, ...changesBy(session, event), seq: event.seq };
}

function changesBy(session: Session, event: SessionEvent): Partial<Session> {
  switch (event.event) {
    case 'thread':
      return {
        active: {
          thread: event.thread,
          origin: event.origin,
          workdir: event.workdir,
          since: event.at,
          starts: event.origin === 'captured' ? 1 : 0,
          lastStart: event.origin === 'captured' ? (session.opening?.at ?? null) : null,
          prompts: event.origin === 'captured' ? (session.opening?.prompts ?? []) : [],
        },
        opening: null,
        // What AgentAPI saved while the agent was in a thread of its own is that thread's chat.
        ...(event.origin === 'captured' ? { chat: event.thread } : {}),
      };
    case 'replaced':
      return session.active?.thread === event.thread ? { active: null } : {};
    case 'launched':
      return launched(session, event);
    case 'prompt-delivered':
      return session.active?.thread === event.thread
        ? {
            active: { ...session.active, prompts: marked(session.active.prompts, event.sha256, 'delivered') },
          }
        : {};
    case 'chat-moving':
      return { chatMove: { from: event.from, to: event.to, aside: event.aside, back: event.back } };
    case 'chat-moved':
      return { chat: event.of, chatMove: null };
  }
}

function launched(session: Session, event: SessionEvent & { event: 'launched' }): Partial<Session> {
  const withPrompt = (before: readonly PromptRecord[]) =>
    event.prompt === null ? [...before] : marked(before, event.prompt.sha256, 'handed');
  if (event.thread === null) {
    return {
      opening: { at: event.at, workdir: event.workdir, lastSeen: event.lastSeen, prompts: withPrompt([]) },
    };
  }
  const { active } = session;
  if (active?.thread !== event.thread) return {};
  return {
    active: {
      ...active,
      starts: active.starts + 1,
      lastStart: event.at,
      prompts: withPrompt(active.prompts),
    },
    opening: null,
  };
}

function marked(
  before: readonly PromptRecord[],
  sha256: string,
  state: PromptRecord['state'],
): PromptRecord[] {
  const known = before.find((prompt) => prompt.sha256 === sha256);
  return [...before.filter((prompt) => prompt !== known), { ...known, sha256, state }];
}
