import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';

/** AgentAPI's saved chat, version 1 (coder/agentapi v0.12.1; test/conformance). Unknown fields are kept. */
const AgentApiState = z.looseObject({
  version: z.literal(1),
  messages: z.array(z.looseObject({ message: z.string(), role: z.string(), time: z.optional(z.string()) })),
  initial_prompt: z.string(),
  initial_prompt_sent: z.boolean(),
});

/** See `parseAgentApiState`. */
export type AgentApiState = z.infer<typeof AgentApiState>;

/** What the user said in a chat, in order; nothing in one that can't be read. */
export function messagesOfUser(state: AgentApiState | null): AgentApiState['messages'] {
  return (state?.messages ?? []).filter(({ role }) => role === 'user');
}

/**
 * Reads AgentAPI's state file.
 * @returns null for anything else; AgentAPI itself ignores a file that it can't read.
 */
export function parseAgentApiState(text: string): AgentApiState | null {
  const parsed = AgentApiState.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}
