/** Files of a fake `amp`, beside its executable. */
export const SCRIPT = 'amp-script.json';
export const CALLS = 'amp-calls.jsonl';
export const RECEIVED = 'amp-received.jsonl';

/** What a command answers. `delay` is in milliseconds, before anything else; a hanging command prints and then stays. */
export type FakeAnswer = {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  readonly hang?: boolean;
  readonly delay?: number;
};

/** How the agent on the terminal behaves. `delay` (milliseconds) comes before the first input box. */
export type FakeAgent = {
  /** The thread that plain `amp` opens by itself; a random one unless given. */
  readonly thread?: string;
  readonly delay?: number;
  /** Ends by itself, before it draws anything or when a message arrives (after recording it). */
  readonly crash?: {
    readonly when: 'start' | 'message';
    readonly exitCode: number;
    readonly stderr?: string;
  };
  /** Goes on after SIGTERM, as a program that is stuck does. */
  readonly ignoreTerm?: boolean;
};

/**
 * A fake's script. `commands` maps the first words of a command, without global options before `threads`
 * (`'threads new'`, `'threads archive --unarchive'`, `'--version'`), to its answer; the longest match counts, and of a list
 * each call takes the next, the last one staying. What isn't scripted succeeds in the real one's words.
 */
export type FakeScript = {
  readonly commands?: Readonly<Record<string, FakeAnswer | readonly FakeAnswer[]>>;
  readonly agent?: FakeAgent;
};

/** One invocation. Of the environment only the names that start with AMP_, AGENTAPI_, AGENT_ or CODER_. */
export type FakeCall = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly pid: number;
  readonly env: readonly string[];
  /** The script's entry that answered, or null. */
  readonly matched: string | null;
};

/** One message that arrived in a thread. */
export type FakeMessage = { readonly thread: string; readonly message: string };
