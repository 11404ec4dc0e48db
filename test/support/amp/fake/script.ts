/** Files of a fake `amp`, beside its executable. */
export const SCRIPT = 'amp-script.json';
export const CALLS = 'amp-calls.jsonl';
export const RECEIVED = 'amp-received.jsonl';

/** What a command answers. A hanging one prints that and keeps running. */
export type FakeAnswer = {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  readonly hang?: boolean;
};

/**
 * A fake's script. `commands` maps the first words of a command, without global options before `threads`
 * (`'threads new'`, `'threads archive --unarchive'`, `'--version'`), to its answer. The longest match wins. What isn't
 * scripted succeeds with the real one's output.
 */
export type FakeScript = { readonly commands?: Readonly<Record<string, FakeAnswer>> };

/** One invocation. */
export type FakeCall = {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The script's entry that answered, or null. */
  readonly matched: string | null;
};

/** One message that arrived in a thread. */
export type FakeMessage = { readonly thread: string; readonly message: string };
