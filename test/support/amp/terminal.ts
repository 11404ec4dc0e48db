import { setImmediate as immediate } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { HANG_MS } from '../limits.ts';

/** A program on a pseudo-terminal, with a terminal emulator that answers its questions. */
export type Terminal = {
  readonly pid: number;
  /** What is on the screen now, one line per row, without trailing blanks. */
  readonly screen: () => string;
  readonly type: (keys: string) => void;
  /** Types a text as a terminal does when it is pasted. Wait for it before typing on. */
  readonly paste: (text: string) => Promise<void>;
  /** Waits until the screen passes. @throws with the last screen after two minutes, or when the program has ended. */
  readonly until: (passes: (screen: string) => boolean) => Promise<void>;
  /** Resolves when the program has ended by itself or by a signal. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number }>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Ends the program at once and waits for its end. */
  readonly close: () => Promise<void>;
};

// Characters written at a time. Writing to a terminal blocks this whole process while its queue (4 KB) is full, and the program
// may wait for us to read what it draws meanwhile: so the event loop gets its turn after each piece.
const PIECE = 500;

const ROWS = 30;
const COLUMNS = 100;

/** Starts a program on a pseudo-terminal of 100 × 30. @param env its whole environment; TERM is added. */
export function openTerminal(
  file: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Terminal {
  const emulator = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  const program = spawn(file, [...args], {
    cwd,
    env: { ...env, TERM: 'xterm-256color' },
    cols: COLUMNS,
    rows: ROWS,
  });
  let waiting: (() => void)[] = [];
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const resume of woken) resume();
  };
  let over = false;
  const ended = new Promise<{ exitCode: number; signal: number }>((resolve) => {
    program.onExit(({ exitCode, signal }) => {
      over = true;
      resolve({ exitCode, signal: signal ?? 0 });
      wake();
    });
  });
  program.onData((data) => emulator.write(data, wake));
  emulator.onData((answer) => {
    if (!over) program.write(answer);
  });
  const screen = () => {
    const { active } = emulator.buffer;
    const rows = Array.from({ length: ROWS }, (_, row) => active.getLine(active.viewportY + row));
    return rows.map((row) => row?.translateToString(true) ?? '').join('\n');
  };
  const change = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  const type = (keys: string) => program.write(keys);

  return {
    pid: program.pid,
    screen,
    type,
    paste: async (text) => {
      const keys = [...`\x1b[200~${text}\x1b[201~`];
      for (let at = 0; at < keys.length; at += PIECE) {
        type(keys.slice(at, at + PIECE).join(''));
        await immediate();
      }
    },
    until: async (passes) => {
      const deadline = Date.now() + HANG_MS;
      while (!passes(screen())) {
        const left = deadline - Date.now();
        if (over || left <= 0)
          throw new Error(`${over ? 'The program ended' : 'Time is up'}; its screen:\n${screen()}`);
        await change(left);
      }
    },
    ended,
    kill: (signal) => process.kill(program.pid, signal),
    close: async () => {
      if (!over) process.kill(program.pid, 'SIGKILL');
      await ended;
      emulator.dispose();
    },
  };
}

/** Whether an input box in Amp's style is on the screen. */
export function hasInputBox(screen: string): boolean {
  return /╭[─ ].*╮/.test(screen) && /╰.*╯/.test(screen);
}

/**
 * Whether the real Amp takes a message for the thread that it was opened on. Its input box is there earlier: a message
 * that is sent while the box says 'Loading Thread' goes to a new thread (test/conformance/amp-terminal.test.ts).
 */
export function isReady(screen: string): boolean {
  return hasInputBox(screen) && !screen.includes('Loading Thread') && !screen.includes('Connecting');
}
