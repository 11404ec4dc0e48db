import { EXIT } from '../system/exit.ts';
import { hasCode } from '../system/files.ts';
import { reasonOf, say } from '../system/report.ts';

/**
 * Ends this program when standard output fails. A reader that has seen enough (`amp-session list | head -1`) is nobody's loss; an answer
 * that a full disk did not take is.
 */
export function endWithOutput(): void {
  process.stdout.on('error', (error) => {
    if (hasCode(error, 'EPIPE')) process.exit(EXIT.ok);
    say(`The output could not be written (${reasonOf(error)}). What the command did stands.`);
    process.exit(EXIT.failed);
  });
}

/** Whether a person reads standard output. */
export function isInteractive(): boolean {
  return process.stdout.isTTY === true;
}

/** Columns of the terminal. */
export function terminalWidth(): number {
  return process.stdout.columns || 80;
}

/** Writes to standard output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Writes a value for a program. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value)}\n`);
}
