import { randomBytes, randomUUID } from 'node:crypto';

/** One turn as Amp keeps it. `agentMode` is the mode that the client asked for with this message. */
export type StubMessage = {
  readonly threadId: string;
  readonly messageId: string;
  readonly role: 'user' | 'assistant';
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly agentMode?: string;
  readonly state?: { readonly type: 'complete'; readonly stopReason: 'end_turn' };
};

/**
 * A thread as the stub's server knows it. `created` is in milliseconds since 1970, `updatedAt` an ISO time.
 */
export type StubThread = {
  readonly id: string;
  readonly created: number;
  readonly messages: StubMessage[];
  title: string;
  updatedAt: string;
  archived: boolean;
  labels: string[];
  /** The mode that the thread was created with, unchecked. */
  agentMode: string;
  /** Counts the changes of the thread; messages carry it as their sequence number. */
  version: number;
};

/** Creates an empty thread with a new ID. */
export function newStubThread(agentMode = 'medium'): StubThread {
  const now = Date.now();
  return {
    id: `T-${randomUUID()}`,
    created: now,
    messages: [],
    title: 'Untitled',
    updatedAt: new Date(now).toISOString(),
    archived: false,
    labels: [],
    agentMode,
    version: 0,
  };
}

/** Appends a message to a thread. @returns the message and the sequence number it got. */
export function appendMessage(
  thread: StubThread,
  message: Omit<StubMessage, 'threadId'>,
): { readonly message: StubMessage; readonly seq: number } {
  const kept = { threadId: thread.id, ...message };
  thread.messages.push(kept);
  thread.updatedAt = new Date().toISOString();
  thread.version += 1;
  return { message: kept, seq: thread.version };
}

/** Creates a message ID in Amp's format: `M-` and 22 letters or digits. */
export function newMessageId(): string {
  return `M-${randomBytes(11).toString('hex')}`;
}

/** The text of a message: its text blocks, joined. */
export function textOf(message: StubMessage): string {
  return message.content.map((block) => block.text ?? '').join('');
}

/** What a thread looks like in the answers of Amp's API. */
export function threadView(thread: StubThread): object {
  return {
    id: thread.id,
    title: thread.title,
    created: thread.created,
    updatedAt: thread.updatedAt,
    userLastInteractedAt: thread.updatedAt,
    v: thread.version,
    archived: thread.archived,
    labels: thread.labels.map((name) => ({ name })),
    agentMode: thread.agentMode,
    meta: { visibility: 'private', usesThreadActors: true },
    summaryStats: {
      messageCount: thread.messages.length,
      diffStats: { added: 0, changed: 0, deleted: 0 },
    },
    // `threads list --json` fails if `initial` is missing.
    env: { initial: { trees: [] } },
    creatorUserID: 'user_stub',
    messages: thread.messages,
  };
}
