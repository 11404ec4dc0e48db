import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';

const Message = z.object({
  id: z.int(),
  message: z.string(),
  role: z.enum(['agent', 'user']),
  time: z.string(),
});

const State = z.object({
  version: z.literal(1),
  messages: z.array(Message),
  initial_prompt: z.string(),
  initial_prompt_sent: z.boolean(),
});

/** One turn; `time` in RFC 3339. */
export type Message = z.infer<typeof Message>;
/**
 * AgentAPI's saved chat. Source: AgentState in lib/screentracker/pty_conversation.go of coder/agentapi
 * v0.12.1.
 */
export type State = z.infer<typeof State>;

/**
 * Reads a saved chat.
 * @returns null if there is no such file.
 * @throws if it can't be read or isn't a version 1 state.
 */
export function readState(path: string): State | null {
  return existsSync(path) ? State.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

/** Writes a saved chat: a temporary file beside it, synced, then renamed over it. */
export function writeState(path: string, state: State): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, `${goJson(state)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** JSON as Go's encoder writes it: safe to embed in HTML. */
function goJson(value: unknown): string {
  const asUnicode = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, asUnicode);
}
