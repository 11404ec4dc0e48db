import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

/** How long a step may take before its line says that it is under way. */
const PATIENCE_MS = 1_000;

/** Tells a story line by line; coloured on a terminal only. */
export class Teller {
  readonly #out: WriteStream;
  #chapters = 0;
  #failed = false;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  /** Begins a numbered part of the story. */
  chapter(title: string, setting: string): void {
    this.#chapters += 1;
    this.#line(`\n${this.#style('bold', `${this.#chapters}. ${title}`)}  ${this.#style('dim', setting)}`);
  }

  /** Tells one thing that was seen. */
  fact(text: string): void {
    this.#line(`   ${this.#style('green', '✓')} ${text}`);
  }

  /** Tells whether something is as it should be. */
  check(holds: boolean, good: string, bad: string): void {
    if (holds) {
      this.fact(good);
    } else {
      this.#failed = true;
      this.#line(`   ${this.#style('red', '✗')} ${bad}`);
    }
  }

  /** Tells how it ended. */
  close(good: string): void {
    this.#line(`\n${this.#failed ? 'Something is not as it should be; see above.' : good}`);
  }

  /** Whether any check did not hold. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Does something that may take a while, says so while it does, and tells how long it took. */
  async step<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const begin = performance.now();
    const slow = setTimeout(() => this.#out.write(this.#style('dim', `   … ${what}`)), PATIENCE_MS);
    const result = await work().finally(() => clearTimeout(slow));
    const seconds = (performance.now() - begin) / 1000;
    // The line that said what was under way becomes the line that says it is done.
    const told = seconds * 1000 >= PATIENCE_MS;
    const start = told && this.#out.isTTY ? '\r' : told ? '\n' : '';
    this.#line(`${start}${this.#style('dim', `   · ${what} (${seconds.toFixed(1)} s)`)}`);
    return result;
  }

  #style(style: 'bold' | 'dim' | 'green' | 'red', text: string): string {
    return this.#out.isTTY && process.env['NO_COLOR'] === undefined ? styleText(style, text) : text;
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }
}
