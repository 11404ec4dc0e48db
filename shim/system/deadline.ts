/** A point in time by which a piece of work must have ended, handed down to whatever waits on its behalf. */
export class Deadline {
  readonly #end: number;

  /** @param milliseconds from now. */
  constructor(milliseconds: number) {
    this.#end = performance.now() + milliseconds;
  }

  /**
   * How long a step that wants `wanted` milliseconds may take; at least 1, since 0 means 'forever' to execa.
   */
  allow(wanted: number): number {
    return Math.max(1, Math.min(wanted, this.#end - performance.now()));
  }

  /** Whether no time is left. */
  get passed(): boolean {
    return performance.now() >= this.#end;
  }
}
