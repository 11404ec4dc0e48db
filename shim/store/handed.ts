import type { ThreadId } from '../amp/thread-id.ts';
import type { ThreadRecord } from './thread-record.ts';

/** Which threads were handed a prompt in which launch, so that a delivery need not look at every thread there is. */
export class HandedPrompts {
  /** By the prompt's sum and the launch's time; a thread that has since been settled may still be here. */
  readonly #threads = new Map<string, Set<ThreadId>>();

  constructor(records: readonly ThreadRecord[]) {
    for (const record of records) this.note(record);
  }

  /** Takes a record that is new or has changed. */
  note({ thread, prompts }: ThreadRecord): void {
    for (const { sha256, state, handed } of prompts) {
      if (state !== 'handed') continue;
      const threads = this.#threads.get(keyOf(sha256, handed));
      if (threads === undefined) this.#threads.set(keyOf(sha256, handed), new Set([thread]));
      else threads.add(thread);
    }
  }

  /** The threads that may have been handed a prompt in a launch. @param handed the launch's time, if known. */
  threadsWith(sha256: string, handed: string | undefined): ThreadId[] {
    return [...(this.#threads.get(keyOf(sha256, handed)) ?? [])];
  }
}

function keyOf(sha256: string, handed: string | undefined): string {
  return JSON.stringify([sha256, handed]);
}
