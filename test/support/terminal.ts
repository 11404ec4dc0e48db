import { setImmediate as immediate } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { HANG_MS } from './limits.ts';

export type TerminalEnd = { readonly exitCode: number; readonly signal: number };

/** A row of the emulator, cell by cell. */
export type Row = NonNullable<ReturnType<headless.Terminal['buffer']['active']['getLine']>>;

/** A program on a pseudo-terminal, with a terminal emulator that answers its queries. */
export type Terminal = {
  readonly pid: number;
  /** What is shown, one line per row, without trailing blanks; includes the scrollback, if any. */
  readonly screen: () => string;
  /** The rows on the screen now. */
  readonly rows: () => readonly Row[];
  /** Everything that the program has written so far. */
  readonly raw: () => string;
  readonly type: (keys: string) => void;
  /** Pastes a text as a terminal does. Await it before typing on. */
  readonly paste: (text: string) => Promise<void>;
  /**
   * Waits until the screen passes.
   * @throws with the last screen after two minutes, or when the program has ended.
   */
  readonly until: (passes: (screen: string) => boolean) => Promise<void>;
  /** Resolves when the program has ended by itself or by a signal, and all that it wrote is on the screen. */
  readonly ended: Promise<TerminalEnd>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Kills the program and waits for its end. */
  readonly close: () => Promise<void>;
};

/** How to run a program, and the size of its terminal: by default 100 × 30 without scrollback. */
export type TerminalOptions = {
  readonly cwd: string;
  /** The complete environment; TERM defaults to xterm-256color. */
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** Rows of scrollback. */
  readonly scrollback?: number;
};

// Characters written at a time. Writing to a terminal blocks the whole process while the terminal's queue (4
// KB) is full, and the program may be waiting for us to read what it draws. So the event loop gets its turn
// after each piece.
const PIECE = 500;

/** Starts a program on a pseudo-terminal. */
export function openTerminal(
  file: string,
  args: readonly string[],
  { cwd, env, columns = 100, rows = 30, scrollback = 0 }: TerminalOptions,
): Terminal {
  const size = { cols: columns, rows };
  const emulator = new headless.Terminal({ ...size, scrollback, allowProposedApi: true });
  const program = spawn(file, [...args], { cwd, env: { TERM: 'xterm-256color', ...env }, ...size });
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  let raw = '';
  let over = false;
  const ended = new Promise<TerminalEnd>((resolve) => {
    program.onExit(({ exitCode, signal }) => {
      over = true;
      // Writing is asynchronous: an empty write finishes after all others.
      emulator.write('', () => {
        resolve({ exitCode, signal: signal ?? 0 });
        wake();
      });
    });
  });
  program.onData((data) => {
    raw += data;
    emulator.write(data, wake);
  });
  emulator.onData((answer) => {
    if (!over) program.write(answer);
  });
  const rowsFrom = (first: number) => {
    const { active } = emulator.buffer;
    return Array.from({ length: active.length - first }, (_, row) => active.getLine(first + row)).filter(
      (row) => row !== undefined,
    );
  };
  const screen = () =>
    rowsFrom(0)
      .map((row) => row.translateToString(true))
      .join('\n')
      .trimEnd();
  const type = (keys: string) => program.write(keys);

  return {
    pid: program.pid,
    screen,
    rows: () => rowsFrom(emulator.buffer.active.baseY),
    raw: () => raw,
    type,
    paste: async (text) => {
      const keys = [...`\x1b[200~${text}\x1b[201~`];
      for (let at = 0; at < keys.length; at += PIECE) {
        type(keys.slice(at, at + PIECE).join(''));
        await immediate();
      }
    },
    until: (passes) =>
      new Promise((resolve, reject) => {
        const settle = (why: string | null) => {
          clearTimeout(timer);
          waiting.delete(look);
          if (why === null) resolve();
          else reject(new Error(`${why}; its screen:\n${screen()}`));
        };
        const look = () => {
          if (passes(screen())) settle(null);
          else if (over) settle('The program ended');
        };
        const timer = setTimeout(() => settle('Time is up'), HANG_MS);
        waiting.add(look);
        look();
      }),
    ended,
    kill: (signal) => process.kill(program.pid, signal),
    close: async () => {
      if (!over) process.kill(program.pid, 'SIGKILL');
      await ended;
      emulator.dispose();
    },
  };
}
