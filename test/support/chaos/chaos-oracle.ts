import { readSession } from '../../../shim/store/read.ts';
import type { ChaosWorkspace } from './chaos-workspace.ts';
import { namedIn, recordedIn } from './recorded.ts';
import type { Run } from './run.ts';
import type { Ending } from './schedule.ts';
import type { Check, Violation } from './violation.ts';

/** What every planned start says. */
export type Planned = {
  readonly prompt: string;
  readonly persistence: boolean;
  readonly ending: Ending;
};

/** What the shim says when it could not do its work, which nothing in a schedule justifies. */
const GIVEN_UP = /.*could not be (recorded|read|written|counted).*|.*could not prepare the start.*/;

/** Knows the truth about a workspace and Amp, and compares the shim's record with it: what holds in every mode. */
export abstract class ChaosOracle<P extends Planned> {
  readonly violations: Violation[] = [];
  protected readonly prompts = new Set<string>();
  /** What must not change while persistence is off; null while it is on. */
  #untouched: string | null = null;
  /** Lines that were truncated by a crash. */
  #torn = 0;

  constructor(private readonly place: ChaosWorkspace) {}

  /** While everything that the start is to do is done. */
  abstract atRest(run: Run, start: P): void;

  blame(check: Check, detail: string): void {
    this.violations.push({ check, detail });
  }

  /** Before a start: remembers what must not change. */
  before({ prompt, persistence }: P): void {
    if (prompt !== '') this.prompts.add(prompt);
    this.#untouched = persistence ? null : recordedIn(this.place);
  }

  /** After a start, when nothing is running. @param _whole whether it came to rest and was stopped in order. */
  after(run: Run, _start: P, _whole: boolean): void {
    if (run.of('crash').length > 0) this.#torn++;
    const known = namedIn(this.place);
    for (const thread of this.place.amp.minted)
      if (!known.includes(thread)) this.blame('no thread is lost', `${thread}, handed out by Amp`);
    const givenUp = GIVEN_UP.exec(run.log);
    if (givenUp !== null) this.blame('the record is readable', givenUp[0]);
    if (this.#untouched !== null && this.#untouched !== recordedIn(this.place))
      this.blame('off changes nothing', `it was ${this.#untouched} and is ${recordedIn(this.place)}`);
  }

  /** Of the texts that a thread was given, none may be the same prompt again. */
  protected checkOnce(thread: string, given: readonly string[]): void {
    for (const text of this.prompts) {
      const times = given.filter((one) => one === text).length;
      if (times > 1)
        this.blame('a prompt arrives once', `${thread} has ${JSON.stringify(text)} ${times} times`);
    }
  }

  /** The record, which must be readable. */
  protected session() {
    const { session, unreadable, damagedLines } = readSession(this.place.paths);
    if (unreadable.length > 0) this.blame('the record is readable', `not readable: ${unreadable}`);
    if (damagedLines > this.#torn) this.blame('the record is readable', `${damagedLines} damaged lines`);
    return session;
  }
}
