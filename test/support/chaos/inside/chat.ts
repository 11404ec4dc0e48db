import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { type Message, readState, writeState } from '../../agentapi/stand-in/state-file.ts';

/** A long-lived agent saves its chat this late. */
const MINUTES_LATER_S = 600;

/** Where AgentAPI keeps its state, and whether it loads and saves it. */
export type StateSettings = {
  readonly stateFile: string;
  readonly loadState: boolean;
  readonly saveState: boolean;
};

/**
 * AgentAPI's chat, with its rules for the state file and the prompt but without its screen and pauses.
 * test/chaos/agentapi.test.ts compares the rules with AgentAPI itself.
 */
export class Chat {
  readonly #settings: StateSettings;
  #messages: Message[] = [message(0, 'agent', '')];
  #prompt: string | null;
  #promptSent = false;
  #loaded = false;
  #changed = false;

  /** @param prompt trimmed, null for none. */
  constructor(prompt: string | null, settings: StateSettings) {
    this.#prompt = prompt;
    this.#settings = settings;
  }

  /** The user messages in the chat. */
  get users(): string[] {
    return this.#messages.filter(({ role }) => role === 'user').map(({ message: text }) => text);
  }

  /** Notes what the agent shows. A restored chat is kept until the user says something. */
  shows(text: string): void {
    const last = this.#messages.at(-1);
    if (this.#loaded && last?.role === 'agent') return;
    if (last?.role === 'agent') this.#messages.pop();
    this.#messages.push(message(this.#messages.length, 'agent', text));
    this.#changed = true;
  }

  /** Loads the state once the agent is ready. @returns the user messages in it. */
  load(): string[] {
    const { stateFile, loadState } = this.#settings;
    if (!loadState) return [];
    try {
      const state = readState(stateFile);
      if (state === null) return [];
      this.#promptSent = state.initial_prompt_sent;
      if (this.#prompt !== null && this.#prompt !== state.initial_prompt) this.#promptSent = false;
      if (this.#prompt === null && state.initial_prompt !== '') this.#prompt = state.initial_prompt;
      this.#messages = state.messages;
      this.#changed = false;
      this.#loaded = true;
      return this.users;
    } catch {
      // Like AgentAPI, which goes on without a file that it can't read.
      return [];
    }
  }

  /** The prompt to type now, or null. It counts as sent from here on, before a key is typed. */
  queuePrompt(): string | null {
    if (this.#prompt === null || this.#promptSent) return null;
    this.#promptSent = true;
    this.#changed = true;
    return this.#prompt;
  }

  /** Notes that the agent took a user message. It is saved together with the agent's answer, not before. */
  took(text: string): void {
    this.#loaded = false;
    this.#messages.push(message(this.#messages.length, 'user', text));
  }

  /** Saves the chat if it has changed. @returns whether it was written. */
  save(): boolean {
    if (!this.#settings.saveState || !this.#changed) return false;
    writeState(this.#settings.stateFile, {
      version: 1,
      messages: this.#messages,
      initial_prompt: this.#prompt ?? '',
      initial_prompt_sent: this.#promptSent,
    });
    if (process.env['CHAOS_LASTS'] !== 'short') {
      const later = Date.now() / 1000 + MINUTES_LATER_S;
      utimesSync(this.#settings.stateFile, later, later);
      ageLaunch(process.env['CHAOS_LAUNCH'] ?? '');
    }
    this.#changed = false;
    return true;
  }
}

/** Has the machine been up longer since the launch, by as much. @param path the shim's note of the launch. */
function ageLaunch(path: string): void {
  if (!existsSync(path)) return;
  const text = readFileSync(path, 'utf8').replace(
    /"up":([\d.]+)/,
    (_, up) => `"up":${up - MINUTES_LATER_S * 1_000}`,
  );
  writeFileSync(path, text);
}

function message(id: number, role: Message['role'], text: string): Message {
  return { id, role, message: text, time: new Date().toISOString() };
}
