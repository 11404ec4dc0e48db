import { setTimeout as sleep } from 'node:timers/promises';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** A screen is read once it has been quiet for this long, so that it is seldom half redrawn. */
const QUIET_MS = 16;
/** Or after this many tries, however busy it is. */
const QUIET_TRIES = 3;
/** The only queries that AgentAPI's terminal answers: its status and the cursor position. */
const ANSWERED = /^(0n|\d+;\d+R)$/;
const ESCAPE = '\x1b[';
/** A descriptor that reaches the agent, as every one does that AgentAPI inherits and doesn't know. */
export const INHERITED = 9;
/** The variable that says that it is open. */
export const INHERITED_VARIABLE = 'AGENTAPI_STAND_IN_INHERITED';

/**
 * The agent on its pseudo-terminal, and the screen that it draws. Source: lib/termexec of coder/agentapi
 * v0.12.1.
 */
export class Terminal {
  readonly #pty: pty.IPty;
  readonly #screen: xterm.Terminal;
  #text: string | null = null;
  #changed = 0;
  /** The agent's exit status; -1 if a signal ended it. */
  readonly exited: Promise<number>;
  /** Ends once the agent has written something. */
  readonly written: Promise<void>;

  constructor(command: string, args: readonly string[], size: { width: number; height: number }) {
    const { width: cols, height: rows } = size;
    this.#screen = new xterm.Terminal({ cols, rows, scrollback: 0, allowProposedApi: true });
    // A copy: node-pty would remove variables such as COLUMNS from the process's own environment.
    const { [INHERITED_VARIABLE]: inherited, ...env } = process.env;
    // Node closes it in whatever it starts; what opens it again gets the same pipe.
    const open = [`exec ${INHERITED}< "$0"; exec "$@"`, `/proc/${process.pid}/fd/${INHERITED}`];
    const [program = '', ...words] = [...(inherited ? ['bash', '-c', ...open] : []), command, ...args];
    this.#pty = pty.spawn(program, words, { name: 'vt100', cols, rows, env });
    this.#pty.onData((data) => this.#screen.write(data));
    this.written = new Promise((resolve) => {
      this.#screen.onWriteParsed(() => {
        this.#text = null;
        this.#changed = performance.now();
        resolve();
      });
    });
    this.#screen.onData((reply) => {
      if (reply.startsWith(ESCAPE) && ANSWERED.test(reply.slice(ESCAPE.length))) this.write(reply);
    });
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => resolve(signal ? -1 : exitCode));
    });
  }

  write(text: string): void {
    this.#pty.write(text);
  }

  /** The screen's lines, each padded to the terminal's width. The same string as long as nothing changes. */
  async read(): Promise<string> {
    for (let tried = 0; tried < QUIET_TRIES && performance.now() - this.#changed < QUIET_MS; tried++) {
      await sleep(QUIET_MS);
    }
    this.#text ??= this.#render();
    return this.#text;
  }

  /** Interrupts the agent, and kills it if it has not ended after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#pty.kill('SIGINT');
    const late = new AbortController();
    const ended = await Promise.race([
      this.exited.then(() => true),
      sleep(graceMs, false, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    if (!ended) this.#pty.kill('SIGKILL');
  }

  #render(): string {
    const { active } = this.#screen.buffer;
    const line = (row: number): string => active.getLine(row)?.translateToString(false) ?? '';
    return Array.from({ length: this.#screen.rows }, (_, row) => line(active.baseY + row)).join('\n');
  }
}
