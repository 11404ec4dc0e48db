import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';

/** AgentAPI's saved chat, version 1 (coder/agentapi v0.12.1; test/conformance). Unknown fields are kept. */
const AgentApiState = z.looseObject({
  version: z.literal(1),
  messages: z.array(z.looseObject({ message: z.string(), role: z.string() })),
  initial_prompt: z.string(),
  initial_prompt_sent: z.boolean(),
});

/** See `parseAgentApiState`. */
export type AgentApiState = z.infer<typeof AgentApiState>;

/**
 * Reads AgentAPI's state file.
 * @returns null for anything else; AgentAPI itself ignores a file that it can't read.
 */
export function parseAgentApiState(text: string): AgentApiState | null {
  const parsed = AgentApiState.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/**
 * What scripts.tf puts in front of a prompt where tasks are reported. It is no part of what identifies the prompt: with reporting
 * switched on or off it is the same task still. When the sentence changes there, the old one must be known here too.
 */
export const REPORTING_PREFACE =
  'Every step of the way, report your progress using coder_report_task tool with proper summary and statuses. Your task at hand:';

/** A prompt as AgentAPI types it: without the ASCII white space around it (TrimWhitespace in its lib/msgfmt/msgfmt.go). */
export function typedPrompt(prompt: string): string {
  return prompt.replace(/^[ \t\n\r\f\v]+/, '').replace(/[ \t\n\r\f\v]+$/, '');
}

/**
 * What identifies a prompt: the hash of its words. White space counts as one blank, since a terminal and Amp may change line ends and
 * tabs on the way; the sentence that asks for reports does not count.
 */
export function promptSha256(prompt: string): string {
  const words = prompt.replace(/\s+/g, ' ').trim();
  const task = words.startsWith(REPORTING_PREFACE) ? words.slice(REPORTING_PREFACE.length).trim() : words;
  return createHash('sha256').update(task).digest('hex');
}

/**
 * Hashes of everything that a chat shows the user to have said. Its flag `initial_prompt_sent` is no proof of anything: AgentAPI sets
 * it when it queues the prompt, before it types.
 */
export function saidInChat(state: AgentApiState | null): string[] {
  return (state?.messages ?? [])
    .filter(({ role }) => role === 'user')
    .map(({ message }) => promptSha256(message));
}

/**
 * Whether a chat still has every message of the user that it had before, in order. The agent's are left out: AgentAPI goes on changing
 * the last of them.
 * @param before the chat as it was once saved.
 * @param now the chat of today, null when there is none.
 */
export function keepsMessagesOf(before: AgentApiState, now: AgentApiState | null): boolean {
  const users = (state: AgentApiState) => state.messages.filter(({ role }) => role === 'user');
  const kept = now === null ? [] : users(now);
  return users(before).every(({ message }, index) => kept[index]?.message === message);
}

/**
 * The state that makes AgentAPI do with the prompt what we decided. Left alone it repeats its own prompt when its
 * flag says 'not sent', and never sends one again that its flag says was sent.
 * @param send hash of the prompt that it will be given, null when it will be given none.
 * @returns null when the state is right as it is.
 */
export function alignedState(state: AgentApiState, send: string | null): AgentApiState | null {
  const sent = send === null || promptSha256(state.initial_prompt) !== send;
  if (state.initial_prompt === '' || state.initial_prompt_sent === sent) return null;
  return { ...state, initial_prompt_sent: sent };
}
