import { type AmpContext, exportThread } from '../amp/calls.ts';
import { type AmpRun, outcomeOf } from '../amp/outcome.ts';
import { readExport, type ThreadExport, userMessagesIn } from '../amp/thread-export.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';

/**
 * How long Amp may take to answer about one thread's messages, in milliseconds. It loads them 200 at a time, one
 * request after the other (test/conformance/amp-pages.test.ts), and has no shorter way to the last ones.
 */
export const ASKING_MS = {
  /** A start has to do more after this. What isn't answered by then is asked on beside the running agent. */
  atStart: 3_000,
  besideAgent: 120_000,
  /** A person waits for the command. */
  inCommand: 15_000,
} as const;

/** How many of the threads opened since a launch are asked about: a start has no time for more. */
export const MOST_ASKED = 3;

/** Whether a thread has a message; `unanswered` if Amp doesn't say. */
export type Has = 'yes' | 'no' | 'unanswered';

/** What threads have, as Amp tells. Each is asked about once, whoever wants to know. */
export class AskedThreads {
  readonly #amp: AmpContext;
  readonly #allow: () => number;
  readonly #runs = new Map<ThreadId, Promise<AmpRun>>();

  /** @param allow how long Amp may take from now on, in milliseconds. */
  constructor(amp: AmpContext, allow: () => number) {
    this.#amp = amp;
    this.#allow = allow;
  }

  /** The thread's messages, as `amp threads export` prints them. */
  ask(thread: ThreadId): Promise<AmpRun> {
    const run = this.#runs.get(thread) ?? exportThread(this.#amp, thread, this.#allow());
    this.#runs.set(thread, run);
    return run;
  }

  /** What Amp has of a thread, if it has been asked about it and has told; it isn't asked for this. */
  async known(thread: ThreadId): Promise<ThreadExport | null> {
    const run = this.#runs.get(thread);
    return run === undefined ? null : readExport(await run);
  }

  /** Records the titles that came with the answers: nobody has to ask Amp for them then. */
  async recordTitles(store: Store): Promise<void> {
    for (const [thread, run] of this.#runs) {
      const title = readExport(await run)?.title ?? null;
      const record = threadIn(store.session, thread);
      if (record !== null && title !== null && record.title !== title)
        store.record({ event: 'titled', thread, title });
    }
  }

  /** Whether a message of the user in a thread is the one that is looked for. A thread that is gone has none. */
  async has(thread: ThreadId, isIt: (message: string) => boolean): Promise<Has> {
    const run = await this.ask(thread);
    const texts = userMessagesIn(run);
    if (texts === null) return outcomeOf(run, thread).kind === 'gone' ? 'no' : 'unanswered';
    return texts.some(isIt) ? 'yes' : 'no';
  }

  /**
   * The first of some threads that has a message.
   * @returns null if none has; `unanswered` if none of those does of which Amp told.
   */
  async firstWith(
    threads: Iterable<ThreadId>,
    isIt: (message: string) => boolean,
  ): Promise<ThreadId | 'unanswered' | null> {
    let nothing: 'unanswered' | null = null;
    for (const thread of threads) {
      const has = await this.has(thread, isIt);
      if (has === 'yes') return thread;
      if (has === 'unanswered') nothing = has;
    }
    return nothing;
  }
}
