import { type Message, readState, writeState } from './state-file.ts';

/** Where AgentAPI keeps its state, and whether it loads and saves it. */
export type StateSettings = {
  readonly stateFile: string;
  readonly loadState: boolean;
  readonly saveState: boolean;
};

/**
 * AgentAPI's chat: its rules for messages, the state file and the prompt, without the screen and the pauses. Source:
 * lib/screentracker/pty_conversation.go of coder/agentapi v0.12.1.
 */
export class Chat {
  readonly #settings: StateSettings;
  #messages: Message[] = [{ id: 0, message: '', role: 'agent', time: now() }];
  /** Null if none was given. An empty prompt is a prompt, and is typed. */
  #prompt: string | null;
  #promptIsRestored = false;
  #promptQueued = false;
  /** A chat was loaded, and the user has said nothing since. */
  #isAsLoaded = false;
  #dirty = false;

  /** @param prompt the initial prompt, trimmed. */
  constructor(prompt: string | null, settings: StateSettings) {
    this.#prompt = prompt;
    this.#settings = settings;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Whether the prompt comes from a state file, which has only its text. */
  get promptIsRestored(): boolean {
    return this.#promptIsRestored;
  }

  /** What the user said last; empty if nothing. */
  get lastTyped(): string {
    return this.#messages.findLast(({ role }) => role === 'user')?.message ?? '';
  }

  /** Whether what the agent shows is left out: the new agent's screen would replace its last answer. */
  get isKept(): boolean {
    return this.#isAsLoaded && this.#messages.at(-1)?.role === 'agent';
  }

  /** Notes what the agent shows, unless that is what it showed last. */
  shows(message: string): void {
    if (this.isKept) return;
    if (message === (this.#messages.findLast(({ role }) => role === 'agent')?.message ?? '')) return;
    const id = this.#messages.at(-1)?.role === 'agent' ? this.#messages.length - 1 : this.#messages.length;
    this.#messages[id] = { id, message, role: 'agent', time: now() };
    this.#dirty = true;
  }

  /**
   * Loads the state, as AgentAPI does once its agent is ready.
   * @returns whether there was one. @throws if it can't be read.
   */
  load(): boolean {
    const state = readState(this.#settings.stateFile);
    if (state === null) return false;
    this.#promptQueued = state.initial_prompt_sent;
    if (this.#prompt !== null && this.#prompt !== state.initial_prompt) this.#promptQueued = false;
    if (this.#prompt === null && state.initial_prompt !== '') {
      this.#prompt = state.initial_prompt;
      this.#promptIsRestored = true;
    }
    this.#messages = state.messages;
    this.#dirty = false;
    this.#isAsLoaded = true;
    return true;
  }

  /** The prompt to type now, or null. It counts as sent from here on, before a key is typed. */
  queuePrompt(): string | null {
    if (this.#prompt === null || this.#promptQueued) return null;
    this.#promptQueued = true;
    this.#dirty = true;
    return this.#prompt;
  }

  /** Notes that the agent took a user message. That is no change: only the agent's answer is. */
  took(message: string, time = now()): void {
    this.#messages.push({ id: this.#messages.length, message, role: 'user', time });
    this.#isAsLoaded = false;
  }

  /** Saves the chat if it is to be saved and has changed since the last time. @returns whether it was written. */
  save(): boolean {
    if (!this.#settings.saveState || !this.#dirty) return false;
    writeState(this.#settings.stateFile, {
      version: 1,
      messages: this.#messages,
      initial_prompt: this.#prompt ?? '',
      initial_prompt_sent: this.#promptQueued,
    });
    this.#dirty = false;
    return true;
  }
}

function now(): string {
  return new Date().toISOString();
}
