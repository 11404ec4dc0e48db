import { EXIT } from '../system/exit.ts';
import { hasCode } from '../system/files.ts';
import { reasonOf, say } from '../system/report.ts';

/**
 * Ends this program if standard output fails: successfully if the reader has seen enough (`amp-session list |
 * head -1`), with an error if, say, the disk is full.
 */
export function endWithOutput(): void {
  process.stdout.on('error', (error) => {
    if (hasCode(error, 'EPIPE')) process.exit(EXIT.ok);
    say(`The output could not be written (${reasonOf(error)}). The command itself was carried out.`);
    process.exit(EXIT.failed);
  });
}

/** Whether standard output is a terminal. */
export function isInteractive(): boolean {
  return process.stdout.isTTY === true;
}

/** Width of the terminal in columns, 80 if unknown. */
export function terminalWidth(): number {
  return process.stdout.columns || 80;
}

/** Writes to standard output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Writes a value as one line of JSON, for programs. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value)}\n`);
}
