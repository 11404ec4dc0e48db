import * as z from 'zod/mini';
import { EXIT, Refusal } from '../system/exit.ts';
import { parseJson } from '../system/json.ts';

const Status = z.looseObject({ status: z.string() });
const Message = z.looseObject({ id: z.number(), role: z.string(), content: z.string() });
const Screen = z.looseObject({ screen: z.string() });
const Messages = z.looseObject({ messages: z.array(Message) });

/** One message of the chat: `id` counts from 0, `role` is `user` or `agent`. */
export type ChatMessage = z.infer<typeof Message>;

/** How long AgentAPI may take to answer, in milliseconds; a POST returns once the message has been typed. */
const ANSWER_MS = 60_000;
const PROBE_MS = 2_000;

/** AgentAPI's error when its agent is busy (ErrMessageValidationChanging in its lib/screentracker). */
const BUSY = 'waiting for user input';

type Answer = { readonly ok: boolean; readonly status: number; readonly body: string };

/** What messages and answers need of AgentAPI's HTTP interface (version 0.12.1; test/conformance). */
export class AgentApi {
  readonly #url: string;

  /** @param url such as `http://localhost:3284`. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Whether AgentAPI answers yet. */
  async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/status`, { signal: AbortSignal.timeout(PROBE_MS) })).ok;
    } catch {
      return false;
    }
  }

  /** What its agent is doing, for whoever won't wait for it; null where AgentAPI doesn't tell. */
  async activity(): Promise<'idle' | 'working' | null> {
    try {
      const signal = AbortSignal.timeout(PROBE_MS);
      const response = await fetch(`${this.#url}/status`, { signal });
      const status = Status.safeParse(await response.json());
      return !status.success ? null : status.data.status === 'stable' ? 'idle' : 'working';
    } catch {
      return null;
    }
  }

  /** The chat so far, for whoever won't wait for it; null where AgentAPI doesn't tell. */
  async chat(): Promise<readonly ChatMessage[] | null> {
    try {
      const signal = AbortSignal.timeout(PROBE_MS);
      const response = await fetch(`${this.#url}/messages`, { signal });
      return Messages.safeParse(await response.json()).data?.messages ?? null;
    } catch {
      return null;
    }
  }

  /** Whether AgentAPI answers and its agent is waiting for a message. */
  async isReady(): Promise<boolean> {
    const answer = await this.#fetch('/status');
    const status = Status.safeParse(parseJson(answer?.body ?? ''));
    return status.success && status.data.status === 'stable';
  }

  /** Whether the agent is waiting for a message. @throws Refusal if AgentAPI doesn't answer. */
  async isStable(): Promise<boolean> {
    return (await this.#get('/status', Status)).status === 'stable';
  }

  /** The chat so far. @throws Refusal if AgentAPI doesn't answer. */
  async messages(): Promise<readonly ChatMessage[]> {
    return (await this.#get('/messages', Messages)).messages;
  }

  /** The agent's screen, as `agentapi attach` gets it; null where AgentAPI doesn't tell. */
  async screen(): Promise<string | null> {
    const done = new AbortController();
    try {
      const signal = AbortSignal.any([done.signal, AbortSignal.timeout(PROBE_MS)]);
      const { ok, body } = await fetch(`${this.#url}/internal/screen`, { signal });
      let received = '';
      for await (const text of (ok ? body : null)?.pipeThrough(new TextDecoderStream()) ?? []) {
        received += text;
        const data = /^data: (.*)\r?\n/m.exec(received)?.[1];
        // The first event is what it shows now.
        if (data !== undefined) return Screen.safeParse(parseJson(data)).data?.screen ?? null;
      }
      return null;
    } catch {
      return null;
    } finally {
      done.abort();
    }
  }

  /**
   * Types a message.
   * @param content without leading or trailing white space, which AgentAPI would take off.
   * @returns false if the agent is busy and nothing was typed.
   * @throws Refusal on any other failure.
   */
  async post(content: string): Promise<boolean> {
    const answer = await this.#fetch('/message', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'user', content }),
    });
    if (answer === null) throw this.#noAnswer();
    if (answer.ok) return true;
    if (answer.body.includes(BUSY)) return false;
    throw refused(answer);
  }

  async #get<Schema extends z.ZodMiniType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    // AgentAPI 0.12.1 may drop the connection of a GET that races a new message: try once more.
    const answer = (await this.#fetch(path)) ?? (await this.#fetch(path));
    if (answer === null) throw this.#noAnswer();
    if (!answer.ok) throw refused(answer);
    const parsed = schema.safeParse(parseJson(answer.body));
    if (!parsed.success) throw this.#noAnswer();
    return parsed.data;
  }

  /** @returns null if the connection failed or timed out. */
  async #fetch(path: string, request: RequestInit = {}): Promise<Answer | null> {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const response = await fetch(`${this.#url}${path}`, { ...request, signal });
      return { ok: response.ok, status: response.status, body: await response.text() };
    } catch {
      return null;
    }
  }

  #noAnswer(): Refusal {
    return new Refusal(
      EXIT.unavailable,
      `AgentAPI at ${this.#url} gave no usable answer. See 'amp-session logs'.`,
    );
  }
}

function refused({ status, body }: Answer): Refusal {
  return new Refusal(EXIT.unavailable, `AgentAPI refused the request (${status}): ${body.slice(0, 500)}`);
}
