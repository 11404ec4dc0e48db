import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';

/** A run of equal characters of a row: its text, the column it begins in, and how it looks. */
export type Span = {
  readonly text: string;
  readonly column: number;
  /** One of the sixteen colours of a terminal (0 to 15), `#rrggbb`, or null for the default. */
  readonly color: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
};

/** A program on a pseudo-terminal of its own, and what it shows. */
export type Screen = {
  /** Everything that is shown, above the screen too, without blanks at the ends. */
  readonly text: () => string;
  /** The rows on the screen now. */
  readonly rows: () => readonly (readonly Span[])[];
  /** Every byte that the program wrote so far. */
  readonly raw: () => string;
  readonly type: (keys: string) => void;
  /** Waits until the text passes. @throws with the text when the program ends before, or after 30 s. */
  readonly until: (passes: (text: string) => boolean) => Promise<void>;
  /** Its exit code; everything it wrote is in `text` by then. */
  readonly ended: Promise<number>;
};

/** What everything is written for. */
export const COLUMNS = 80;

/** Patience for one change of what is shown, in milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * Runs a program on a pseudo-terminal.
 * @param options.env its whole environment; TERM is xterm-256color unless it says otherwise.
 * @param options.rows of the terminal; what does not fit goes above.
 * @param options.onChange called after each change of what is shown.
 */
export function onTerminal(
  file: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly rows?: number;
    readonly onChange?: () => void;
  },
): Screen {
  const { cwd, env, rows = 50, onChange = () => undefined } = options;
  const size = { cols: COLUMNS, rows };
  const emulator = new headless.Terminal({ ...size, scrollback: 10_000, allowProposedApi: true });
  const program = spawn(file, [...args], { cwd, env: { TERM: 'xterm-256color', ...env }, ...size });
  const waiting = new Set<() => void>();
  let raw = '';
  let over = false;
  const wake = () => {
    onChange();
    for (const look of [...waiting]) look();
  };
  program.onData((data) => {
    raw += data;
    emulator.write(data, wake);
  });
  emulator.onData((answer) => {
    if (!over) program.write(answer);
  });
  const ended = new Promise<number>((resolve) => {
    program.onExit(({ exitCode }) => {
      over = true;
      // Writing is asynchronous: an empty write comes after all of it.
      emulator.write('', () => {
        wake();
        resolve(exitCode);
      });
    });
  });
  const lines = (from: number) =>
    Array.from({ length: emulator.buffer.active.length - from }, (_, row) =>
      emulator.buffer.active.getLine(from + row),
    );
  const text = () =>
    lines(0)
      .map((line) => line?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();

  return {
    text,
    rows: () => lines(emulator.buffer.active.baseY).map((line) => (line === undefined ? [] : spansOf(line))),
    raw: () => raw,
    type: (keys) => program.write(keys),
    until: (passes) =>
      new Promise((resolve, reject) => {
        const settle = (why: string | null) => {
          clearTimeout(timer);
          waiting.delete(look);
          if (why === null) resolve();
          else reject(new Error(`${why}; its text:\n${text()}`));
        };
        const look = () => {
          if (passes(text())) settle(null);
          else if (over) settle('The program ended');
        };
        const timer = setTimeout(() => settle('Time is up'), PATIENCE_MS);
        waiting.add(look);
        look();
      }),
    ended,
  };
}

type Line = NonNullable<ReturnType<headless.Terminal['buffer']['active']['getLine']>>;
type Cell = NonNullable<ReturnType<Line['getCell']>>;

function spansOf(line: Line): Span[] {
  const spans: Span[] = [];
  const { length } = line.translateToString(true);
  for (let column = 0; column < length; column += 1) {
    const cell = line.getCell(column);
    if (cell === undefined) continue;
    const text = cell.getChars() || (cell.getWidth() === 0 ? '' : ' ');
    const look = { color: colorOf(cell), bold: cell.isBold() !== 0, dim: cell.isDim() !== 0 };
    const last = spans.at(-1);
    if (last !== undefined && last.color === look.color && last.bold === look.bold && last.dim === look.dim) {
      spans[spans.length - 1] = { ...last, text: last.text + text };
    } else {
      spans.push({ text, column, ...look });
    }
  }
  return spans.filter(({ text }) => text.trim() !== '');
}

function colorOf(cell: Cell): Span['color'] {
  if (cell.isFgRGB()) return `#${cell.getFgColor().toString(16).padStart(6, '0')}`;
  return cell.isFgPalette() ? cell.getFgColor() : null;
}
