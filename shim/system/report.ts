import { visible } from './visible.ts';

/**
 * Prints a message for the person reading the log or the terminal.
 *
 * Everything goes to standard error: standard output belongs to the launch plan and to `--json`.
 * @param message one or two plain sentences: what happened, what was kept, what to do.
 */
export function say(message: string): void {
  // On a full volume a log can't be written either; that must not end a start (invariant I9). Not before it is
  // needed: Node takes milliseconds to open the stream.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined);
  // Quoted input must not move the cursor.
  process.stderr.write(`amp-session: ${message.split('\n').map(visible).join('\n')}\n`);
}

/** Explanations and remedies for the error codes of a volume that can't be written, or a process at its limit. */
const VOLUME = new Map([
  ['ENOSPC', 'No space is left on the volume. What was recorded before is kept; make room and try again.'],
  [
    'EDQUOT',
    'The quota on the volume is used up. What was recorded before is kept; make room and try again.',
  ],
  ['EROFS', 'The volume is read-only. What was recorded before is kept; mount it writable and try again.'],
  ['EMFILE', 'Too many files are open. Nothing was changed; raise the limit (ulimit -n) and try again.'],
  [
    'EFBIG',
    'No file may grow that large here. What was recorded before is kept; raise the limit (ulimit -f) and try again.',
  ],
  ['EACCES', "This user has no permission to read or write there. See 'amp-session doctor'."],
]);

/** An unknown thrown value as full sentences for a person. */
export function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const meaning = VOLUME.get(code);
  return meaning === undefined ? reasonOf(error) : `${reasonOf(error)}. ${meaning}`;
}

/** The short reason inside an unknown thrown value, for use within a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
