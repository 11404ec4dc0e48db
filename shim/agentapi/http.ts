import * as z from 'zod/mini';
import { EXIT, Refusal } from '../system/exit.ts';

const Status = z.looseObject({ status: z.string() });
const Message = z.looseObject({ id: z.number(), role: z.string(), content: z.string() });
const Messages = z.looseObject({ messages: z.array(Message) });

/** One message of the chat: `id` counts from 0, `role` is `user` or `agent`. */
export type ChatMessage = z.infer<typeof Message>;

/** An answer of AgentAPI may take this long, in milliseconds; a POST returns when the message was typed. */
const ANSWER_MS = 60_000;

/** AgentAPI's words for an agent that is at work (ErrMessageValidationChanging in its lib/screentracker). */
const BUSY = 'waiting for user input';

/** AgentAPI's HTTP interface (version 0.12.1; test/conformance), as far as a message and its answer need it. */
export class AgentApi {
  readonly #url: string;

  /** @param url such as `http://localhost:3284`. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Whether anything answers yet. */
  async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/status`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  /** Whether the agent waits for a message. @throws Refusal when AgentAPI does not answer. */
  async isStable(): Promise<boolean> {
    return (await this.#ask('/status', Status)).status === 'stable';
  }

  /** The chat so far. */
  async messages(): Promise<readonly ChatMessage[]> {
    return (await this.#ask('/messages', Messages)).messages;
  }

  /**
   * Types a message.
   * @param content without white space around it; AgentAPI refuses that.
   * @returns false when nothing was typed: the agent has something to do just now.
   */
  async post(content: string): Promise<boolean> {
    try {
      await this.#ask('/message', z.unknown(), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'user', content }),
      });
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.message.includes(BUSY)) return false;
      throw error;
    }
  }

  async #ask<Schema extends z.ZodMiniType>(
    path: string,
    schema: Schema,
    request: RequestInit = {},
    again = true,
  ): Promise<z.infer<Schema>> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        ...request,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      if (!response.ok)
        throw new Refusal(EXIT.unavailable, `AgentAPI refused (${response.status}): ${text.slice(0, 500)}`);
      return schema.parse(JSON.parse(text));
    } catch (error) {
      if (error instanceof Refusal) throw error;
      // AgentAPI 0.12.1 may drop the connection of a question that races a new message; a message is never sent twice.
      if (again && request.method === undefined) return this.#ask(path, schema, request, false);
      throw new Refusal(
        EXIT.unavailable,
        `AgentAPI at ${this.#url} does not answer as it should. See agentapi-start.log.`,
      );
    }
  }
}
