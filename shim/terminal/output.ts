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
