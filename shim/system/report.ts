import { visible } from './visible.ts';

/**
 * Says one thing to the person who reads the log or the terminal.
 *
 * Everything goes to standard error: standard output belongs to the launch plan and to `--json`.
 * @param message one or two plain sentences: what happened, what was kept, what to do.
 */
export function say(message: string): void {
  // Words of a person or of a program within it must not move the cursor.
  process.stderr.write(`amp-session: ${message.split('\n').map(visible).join('\n')}\n`);
}

/** The short reason inside an unknown thrown value, for use within a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
