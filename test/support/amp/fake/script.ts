/** Files of a fake `amp`, beside its executable. */
export const SCRIPT = 'amp-script.json';
export const CALLS = 'amp-calls.jsonl';
export const RECEIVED = 'amp-received.jsonl';

/**
 * What a command answers. `delay`, in milliseconds, comes first; a hanging command prints and keeps running.
 */
export type FakeAnswer = {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  readonly hang?: boolean;
  readonly delay?: number;
};

/** How the agent on the terminal behaves. `delay` (milliseconds) comes before the first input box. */
export type FakeAgent = {
  /** The thread that plain `amp` opens; a random one by default. */
  readonly thread?: string;
  readonly delay?: number;
  /** Ends by itself, before it draws anything or after recording a message. */
  readonly crash?: {
    readonly when: 'start' | 'message';
    readonly exitCode: number;
    readonly stderr?: string;
  };
  /** Ignores SIGTERM, like a program that is stuck. */
  readonly ignoreTerm?: boolean;
};

/**
 * A fake's script. `commands` maps the first words of a command, without global options before `threads`
 * (`'threads new'`, `'threads archive --unarchive'`, `'--version'`), to its answer. The longest match wins;
 * each call takes the next answer of a list, and repeats the last one. What isn't scripted succeeds with the
 * real one's output.
 */
export type FakeScript = {
  readonly commands?: Readonly<Record<string, FakeAnswer | readonly FakeAnswer[]>>;
  readonly agent?: FakeAgent;
};

/** One invocation. The environment has only names that start with AMP_, AGENTAPI_, AGENT_ or CODER_. */
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
