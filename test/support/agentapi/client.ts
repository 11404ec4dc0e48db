import * as z from 'zod';
import { HANG_MS } from '../limits.ts';
import { waitUntil } from '../wait.ts';

const Status = z.object({
  status: z.enum(['running', 'stable']),
  agent_type: z.string(),
  transport: z.string(),
});
const Message = z.object({
  id: z.int(),
  role: z.enum(['agent', 'user']),
  content: z.string(),
  time: z.string(),
});
const Messages = z.object({ messages: z.array(Message) });
const ScreenEvent = z.object({ screen: z.string() });
const Problem = z.object({
  detail: z.string(),
  errors: z.array(z.object({ message: z.string().optional() })),
});

/** AgentAPI's status of its agent: `stable` if the screen has not changed for 2 s. */
export type Status = z.infer<typeof Status>;
/** One turn of the chat; an agent's lines are padded to the terminal's width. */
export type ChatMessage = z.infer<typeof Message>;

export class ApiError extends Error {
  override readonly name = 'ApiError';

  /** @param status the HTTP status. */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type AgentapiClient = ReturnType<typeof agentapiClient>;

/**
 * Talks to the AgentAPI on a port of 127.0.0.1. Every call throws `ApiError`, or fetch's error if nothing
 * answers.
 */
export function agentapiClient(port: number) {
  const request = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const signal = AbortSignal.timeout(HANG_MS);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal });
    const body = await response.text();
    if (!response.ok) throw new ApiError(response.status, reason(body));
    return JSON.parse(body);
  };

  const status = async (): Promise<Status> => Status.parse(await request('/status'));

  const messagesOnce = async () => Messages.parse(await request('/messages')).messages;

  /** The turns so far. */
  const messages = async (): Promise<ChatMessage[]> => {
    try {
      return await messagesOnce();
    } catch (error) {
      // AgentAPI 0.12.1 drops the connection of a request that races a new message ('index out of range' in
      // getMessages).
      if (error instanceof ApiError) throw error;
      return messagesOnce();
    }
  };

  /** Sends a user message and waits until the agent has taken it. Only while stable. */
  const send = async (text: string): Promise<void> => {
    const body = JSON.stringify({ content: text, type: 'user' });
    await request('/message', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };

  /** Polls until the status is the given one. @throws after two minutes. */
  const waitForStatus = (wanted: Status['status']): Promise<Status> =>
    waitUntil("AgentAPI's status", async () => {
      const seen = await status();
      return { done: seen.status === wanted, seen };
    });

  /** Polls until anything answers. @throws after two minutes, with the last failure. */
  const waitUntilAnswers = () =>
    waitUntil<Status | string>("AgentAPI's answer", () =>
      status().then(
        (seen) => ({ done: true, seen }),
        (error) => ({ done: false, seen: String(error) }),
      ),
    );

  /** Types keys into the agent's terminal, as a person does who is attached to it. */
  const type = async (keys: string): Promise<void> => {
    const body = JSON.stringify({ content: keys, type: 'raw' });
    await request('/message', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };

  /** Watches the agent's screen, as `agentapi attach` does, until it meets a condition. @throws after two minutes. */
  const waitForScreen = async (shows: (screen: string) => boolean): Promise<void> => {
    const watched = new AbortController();
    const signal = AbortSignal.any([watched.signal, AbortSignal.timeout(HANG_MS)]);
    const { body } = await fetch(`http://127.0.0.1:${port}/internal/screen`, { signal });
    let received = '';
    let screen = '';
    try {
      for await (const bytes of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
        received += bytes;
        for (let end = received.indexOf('\n\n'); end >= 0; end = received.indexOf('\n\n')) {
          const data = /^data: (.*)$/m.exec(received.slice(0, end))?.[1];
          received = received.slice(end + 2);
          if (data !== undefined) screen = ScreenEvent.parse(JSON.parse(data)).screen;
          if (data !== undefined && shows(screen)) return;
        }
      }
    } catch (cause) {
      throw new Error(`Not seen on the screen, which was:\n${screen.replace(/ +$/gm, '')}`, { cause });
    } finally {
      watched.abort();
    }
    throw new Error('AgentAPI ended');
  };

  return { status, messages, send, type, waitForScreen, waitForStatus, waitUntilAnswers };
}

function reason(body: string): string {
  try {
    const { detail, errors } = Problem.parse(JSON.parse(body));
    return [detail, ...errors.flatMap(({ message }) => message ?? [])].join(': ');
  } catch {
    return body;
  }
}
