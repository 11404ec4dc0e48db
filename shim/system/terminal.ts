import * as util from 'node:util';
import { EXIT, Refusal } from './exit.ts';

/** Whether a person reads standard output. */
export function isInteractive(): boolean {
  return process.stdout.isTTY === true;
}

/** Columns of the terminal. */
export function terminalWidth(): number {
  return process.stdout.columns || 80;
}

/** Colours on a terminal only, and none with NO_COLOR. */
function isColourful(): boolean {
  return isInteractive() && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

/** Node's own colours, since 20.12; an older Node goes without. */
const styled = (style: Parameters<typeof util.styleText>[0]) => (text: string) =>
  isColourful() && typeof util.styleText === 'function' ? util.styleText(style, text) : text;

/** How parts of a table are painted. */
export const paint = {
  bold: styled('bold'),
  dim: styled('dim'),
  green: styled('green'),
  yellow: styled('yellow'),
  red: styled('red'),
};

/** Writes to standard output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Writes a value for a program. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value)}\n`);
}

/**
 * Asks before something ends.
 * @param question what will be done, as a question.
 * @throws Refusal where nobody can be asked, or the answer is not yes.
 */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new Refusal(
      EXIT.refused,
      'Nobody can be asked here, so nothing was changed. Add --yes to go ahead.',
    );
  }
  // Loaded here: a start never asks, and need not wait for it.
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D are no answer, and mean no.
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('\n')));
    const answer = await Promise.race([lines.question(`${question} [y/N] `).catch(() => '\n'), closed]);
    // The cursor still stands behind the question.
    if (answer === '\n') process.stderr.write(answer);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Refusal(EXIT.refused, 'Nothing was changed.');
  } finally {
    lines.close();
  }
}

/**
 * Shows, on a terminal, that something takes its time.
 * @param what is being waited for.
 */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  if (process.stderr.isTTY !== true || process.env['TERM'] === 'dumb') return work();
  const begin = Date.now();
  const timer = setInterval(() => {
    process.stderr.write(`\r\u001b[K${what}… ${Math.round((Date.now() - begin) / 1_000)} s`);
  }, 1_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write('\r\u001b[K');
  }
}
