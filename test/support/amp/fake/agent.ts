import { randomUUID } from 'node:crypto';
import { openSync, readFileSync } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { inputReader } from './input.ts';
import { recordLastThread } from './private-record.ts';

/** Milliseconds between two redraws. */
const FRAME = 10;

/** Lines of a message that stay readable above the input box. */
const SHOWN_LINES = 3;

/**
 * The agent on the terminal: an input box like Amp's, bracketed paste, carriage return to send.
 * @param words the command without global options: `threads continue <id>`, or empty for a thread of its own.
 * @param record keeps a message before anything on the screen changes.
 */
export function runAgent(words: readonly string[], record: (thread: string, message: string) => void): void {
  const continued = words[0] === 'threads' ? words[2]?.split('/').at(-1) : undefined;
  const thread = continued ?? `T-${randomUUID()}`;
  const shown: string[] = [];
  let sent = 0;

  for (const signal of ['SIGHUP', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
  // Like Amp, which takes its first message from a standard input that is no terminal, and the rest from there.
  // `process.stdin` would keep a pipe from being waited for: a read before its first byte fails then.
  const first = isatty(0) ? '' : new TextDecoder().decode(readFileSync(0)).trimEnd();
  const keys = isatty(0) ? process.stdin : new ReadStream(openSync('/dev/tty', 'r'));
  keys.setRawMode(true);
  // Amp opens a given thread immediately, and its own one with the first message.
  if (continued !== undefined) recordLastThread(thread);

  const submit = (message: string) => {
    if (message.trim() === '') return;
    if (continued === undefined && sent === 0) recordLastThread(thread);
    record(thread, message);
    sent += 1;
    shown.push(...message.split(/\r\n|\r|\n/).slice(0, SHOWN_LINES), `I heard ${sent} message(s).`);
  };
  const input = inputReader({ submit, quit: () => process.exit(0) });
  let due = false;
  keys.on('data', (chunk: Buffer) => {
    input.feed(chunk);
    if (due) return;
    // One redraw for everything that arrives together: a long paste comes in hundreds of pieces.
    due = true;
    setTimeout(() => {
      due = false;
      draw(shown, input.pending());
    }, FRAME);
  });
  submit(first);
  draw(shown, '');
}

function draw(shown: readonly string[], pending: string): void {
  const { columns = 80, rows = 24 } = process.stdout;
  const inside = columns - 2;
  const text = clipped(pending.split(/\r\n|\r|\n/)[0] ?? '', inside - 2);
  const box = [`╭${'─'.repeat(inside)}╮`, `│ ${text.padEnd(inside - 1)}│`, `╰${'─'.repeat(inside)}╯`];
  const above = shown.slice(-(rows - box.length - 1)).map((line) => ` ${clipped(line, inside)}`);
  process.stdout.write(`\x1b[2J\x1b[H${[...above, ...box].join('\r\n')}`);
}

/** Truncates a line so that it doesn't wrap, and drops control characters. */
function clipped(line: string, length: number): string {
  return [...line.replace(/\p{Cc}/gu, ' ')].slice(0, length).join('');
}
