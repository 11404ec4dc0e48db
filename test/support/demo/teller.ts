import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

/** How long a step may take before its line says that it is under way. */
const PATIENCE_MS = 1_000;

/** Tells a story line by line; coloured on a terminal only. */
export class Teller {
  readonly #out: WriteStream;
  #chapters = 0;

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

  /** Does something that may take a while, and tells how long it took. */
  async step<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const begin = performance.now();
    const slow = setTimeout(() => this.#line(this.#style('dim', `   … ${what}`)), PATIENCE_MS);
    try {
      const result = await work();
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      this.#line(this.#style('dim', `   · ${what} (${seconds} s)`));
      return result;
    } finally {
      clearTimeout(slow);
    }
  }

  #style(style: 'bold' | 'dim' | 'green', text: string): string {
    return this.#out.isTTY && process.env['NO_COLOR'] === undefined ? styleText(style, text) : text;
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }
}
