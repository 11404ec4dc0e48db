import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { Chat, type StateSettings } from '../../agentapi/stand-in/chat.ts';

/** A long-lived agent saves its chat this late. */
const MINUTES_LATER_S = 600;

/** The stand-in's chat; test/chaos/agentapi.test.ts compares its rules with AgentAPI itself. */
export class AgedChat extends Chat {
  readonly #stateFile: string;
  readonly #loads: boolean;

  constructor(prompt: string | null, settings: StateSettings) {
    super(prompt, settings);
    this.#stateFile = settings.stateFile;
    this.#loads = settings.loadState;
  }

  /** The user messages in the chat. */
  get users(): string[] {
    return this.messages.filter(({ role }) => role === 'user').map(({ message }) => message);
  }

  /** Like AgentAPI, which goes on without a file that it can't read. */
  override load(): boolean {
    try {
      return this.#loads && super.load();
    } catch {
      return false;
    }
  }

  /** Saves it as late as the schedule says. */
  override save(): boolean {
    const saved = super.save();
    if (saved && process.env['CHAOS_LASTS'] !== 'short') {
      const later = Date.now() / 1000 + MINUTES_LATER_S;
      utimesSync(this.#stateFile, later, later);
      ageLaunch(process.env['CHAOS_LAUNCH'] ?? '');
    }
    return saved;
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
