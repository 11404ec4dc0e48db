import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

/** How long a step may take before a line says that it is in progress. */
const PATIENCE_MS = 1_000;

/** Reports line by line, in colour on a terminal. */
export class Teller {
  readonly #out: WriteStream;
  #chapters = 0;
  #failed = false;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  /** Begins a numbered section. */
  chapter(title: string, setting: string): void {
    this.#chapters += 1;
    this.#line(`\n${this.#style('bold', `${this.#chapters}. ${title}`)}  ${this.#style('dim', setting)}`);
  }

  /** Reports an observation. */
  fact(text: string): void {
    this.#line(`   ${this.#style('green', '✓')} ${text}`);
  }

  /** Reports whether a check passed. */
  check(holds: boolean, good: string, bad: string): void {
    if (holds) {
      this.fact(good);
    } else {
      this.#failed = true;
      this.#line(`   ${this.#style('red', '✗')} ${bad}`);
    }
  }

  /** Reports the result. */
  close(good: string): void {
    this.#line(`\n${this.#failed ? 'Something is not as it should be; see above.' : good}`);
  }

  /** Whether any check failed. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Runs something that may take a while; shows that it is in progress, and how long it took. */
  async step<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const begin = performance.now();
    // A line of its own: what runs may report, too.
    const slow = setTimeout(() => this.#line(this.#style('dim', `   … ${what}`)), PATIENCE_MS);
    const result = await work().finally(() => clearTimeout(slow));
    const seconds = (performance.now() - begin) / 1000;
    this.#line(this.#style('dim', `   · ${what} (${seconds.toFixed(1)} s)`));
    return result;
  }

  #style(style: 'bold' | 'dim' | 'green' | 'red', text: string): string {
    return this.#out.isTTY && process.env['NO_COLOR'] === undefined ? styleText(style, text) : text;
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }
}
