/**
 * Exit codes: those of sysexits(3) where there is one. `amp-session --help` and docs/amp-session.md list
 * them.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** For start.sh: don't restart the agent. */
  stop: 3,
  usage: 64,
  /** The reference is ambiguous. */
  ambiguous: 65,
  /** No such thread, key or file. */
  missing: 66,
  /** Amp or AgentAPI is unreachable or refused the request. */
  unavailable: 69,
  /** Busy: another process holds the resource. */
  busy: 75,
  /** It would break a promise: another key's thread, the active one, a prompt that has not arrived. */
  refused: 77,
  /** The agent asks a person something and waits; sysexits(3) ends at 78. */
  question: 79,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command early. Nothing was changed unless the message says otherwise. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitCode: ExitCode;

  /** @param message what happened, what was kept and what to do, in one or two plain sentences. */
  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
