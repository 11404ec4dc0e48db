import { agentMessage, isReady } from './agent-text.ts';
import { Chat } from './chat.ts';
import type { Settings } from './flags.ts';
import { log } from './log.ts';
import { ampIsBusy, type Pauses } from './pauses.ts';
import type { Message } from './state-file.ts';
import type { Terminal } from './terminal.ts';
import { pasted, type } from './typing.ts';

/** Milliseconds between two looks at the screen. */
export const SNAPSHOT_MS = 25;

/** Why a user message is not accepted now. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

type Outgoing = {
  readonly text: string;
  readonly keys: readonly string[];
  readonly done: (error?: unknown) => void;
};

/**
 * The chat with the agent, read from its screen. Source: lib/screentracker/pty_conversation.go of
 * coder/agentapi v0.12.1. The order of steps is the same as there, with all its consequences.
 */
export class Conversation {
  readonly #terminal: Terminal;
  readonly #settings: Settings;
  readonly #pauses: Pauses;
  readonly #chat: Chat;
  #screen: string | null = null;
  #alike = 0;
  #screenBeforeTyping = '';
  #ready = false;
  #isToLoad: boolean;
  #waiting: Outgoing | null = null;
  #sending = false;
  #typing = false;
  #lastRead: {
    readonly before: string;
    readonly screen: string;
    readonly typed: string;
    readonly message: string;
  } | null = null;

  /** @param prompt the initial prompt, trimmed. */
  constructor(terminal: Terminal, prompt: string | null, settings: Settings, pauses: Pauses) {
    this.#terminal = terminal;
    this.#chat = new Chat(prompt, settings);
    this.#settings = settings;
    this.#pauses = pauses;
    this.#isToLoad = settings.loadState;
  }

  start(): void {
    let looking = false;
    setInterval(async () => {
      if (looking) return;
      looking = true;
      await this.#look();
      looking = false;
    }, SNAPSHOT_MS);
  }

  get messages(): readonly Message[] {
    return this.#chat.messages;
  }

  /**
   * 'stable' is only about the screen: an agent that shows something other than its input box is 'stable'
   * too.
   */
  get status(): 'running' | 'stable' {
    const answered = this.messages.at(-1)?.role !== 'user';
    const idle = this.#waiting === null && !this.#sending;
    return answered && idle && this.#isStable ? 'stable' : 'running';
  }

  /**
   * Types a user message and waits until the agent has taken it, which may mean until the agent is ready.
   * @throws NotSent for an empty message, and while the agent is not stable.
   */
  async send(text: string): Promise<void> {
    if (text === '') throw new NotSent('message must not be empty');
    if (this.status !== 'stable') {
      throw new NotSent('message can only be sent when the agent is waiting for user input');
    }
    await new Promise<void>((resolve, reject) => {
      this.#waiting = {
        text,
        keys: pasted(text),
        done: (error) => (error === undefined ? resolve() : reject(error)),
      };
    });
  }

  /** Saves the chat if it has changed since the last save. */
  save(): void {
    const { saveState, stateFile: path } = this.#settings;
    if (this.#chat.save()) log('INFO', 'State saved successfully', { path });
    else
      log(
        'INFO',
        saveState ? 'Skipping state save: no changes since last save' : 'State persistence is disabled',
      );
  }

  get #isStable(): boolean {
    // As many equal snapshots as fit into the pause, and the one that they are compared with.
    if (this.#alike < this.#pauses.stable / SNAPSHOT_MS + 1) return false;
    return !(this.#pauses.readsAmp && ampIsBusy(this.#screen ?? ''));
  }

  async #look(): Promise<void> {
    const screen = await this.#terminal.read();
    this.#alike = screen === this.#screen ? this.#alike + 1 : 1;
    this.#screen = screen;
    this.#noteAgentMessage(screen);

    this.#ready ||= isReady(screen);
    if (!this.#ready) return;
    if (this.#isToLoad) this.#load();
    const prompt = this.#chat.queuePrompt();
    if (prompt !== null) {
      // A prompt from a state file is not pasted: AgentAPI saves only its text.
      const keys = this.#chat.promptIsRestored ? [prompt] : pasted(prompt);
      this.#waiting = { text: prompt, keys, done: () => {} };
    }
    if (this.#waiting !== null && !this.#sending && this.#isStable) void this.#sendWaiting(this.#waiting);
  }

  async #sendWaiting({ text, keys, done }: Outgoing): Promise<void> {
    this.#sending = true;
    this.#waiting = null;
    const before = await this.#terminal.read();
    const time = new Date().toISOString();
    this.#noteAgentMessage(before);
    this.#typing = true;
    try {
      await type(this.#terminal, keys, this.#pauses);
      this.#screenBeforeTyping = before;
      this.#chat.took(text, time);
      done();
    } catch (error) {
      done(error);
    } finally {
      this.#typing = false;
      this.#sending = false;
    }
  }

  #noteAgentMessage(screen: string): void {
    // The text being typed would be mistaken for the agent's.
    if (this.#typing || this.#chat.isKept) return;
    this.#chat.shows(this.#agentMessage(this.#screenBeforeTyping, screen, this.#chat.lastTyped));
  }

  /** The same as at the last look as long as nothing has changed: a thousand lines are too much for every look. */
  #agentMessage(before: string, screen: string, typed: string): string {
    const last = this.#lastRead;
    if (last !== null && last.before === before && last.screen === screen && last.typed === typed)
      return last.message;
    const message = agentMessage(before, screen, typed);
    this.#lastRead = { before, screen, typed, message };
    return message;
  }

  #load(): void {
    const { stateFile: path } = this.#settings;
    this.#isToLoad = false;
    try {
      if (!this.#chat.load()) log('INFO', 'No previous state to load (file does not exist)', { path });
      else log('INFO', 'Successfully loaded state', { path, messages: this.messages.length });
    } catch (error) {
      log('ERROR', 'Failed to load state', { error: String(error) });
    }
  }
}
