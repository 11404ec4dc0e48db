import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { linesIn } from '../lines.ts';
import type { AmpMood } from './schedule.ts';

const Received = z.object({ content: z.array(z.object({ text: z.string() })) });

/**
 * The state shared by all processes of the fast `amp` (inside/amp.sh): the truth, whatever the workspace
 * believes.
 */
export class AmpServers {
  readonly folder: string;

  /** @param folder created here. */
  constructor(folder: string) {
    this.folder = folder;
    for (const name of ['deleted', 'received', 'typed']) mkdirSync(join(folder, name), { recursive: true });
    this.setMood('ok');
  }

  /** Sets its behaviour from now on. */
  setMood(mood: AmpMood): void {
    writeFileSync(join(this.folder, 'mood'), mood);
    rmSync(join(this.folder, 'vanished'), { force: true });
  }

  delete(thread: string): void {
    writeFileSync(join(this.folder, 'deleted', thread), '');
  }

  isDeleted(thread: string): boolean {
    return existsSync(join(this.folder, 'deleted', thread));
  }

  /** Every thread that `threads new` has printed. */
  get minted(): string[] {
    return linesIn(join(this.folder, 'minted'));
  }

  /** Every thread that an agent opened itself. */
  get opened(): string[] {
    return linesIn(join(this.folder, 'opened'));
  }

  /** Threads that a message opened instead of the given one, with that one, by what the agent did then. */
  moved(how: 'stays' | 'returns'): (readonly [to: string, from: string])[] {
    return linesIn(join(this.folder, `moved-${how}`)).map((line) => {
      const [to = '', from = ''] = line.split(' ');
      return [to, from];
    });
  }

  /** This thread and all that agents moved to or from it: to its user, they are one conversation. */
  together(thread: string): string[] {
    const pairs = [...this.moved('stays'), ...this.moved('returns')];
    const found = new Set([thread]);
    for (let size = 0; size < found.size; ) {
      size = found.size;
      for (const pair of pairs) if (pair.some((id) => found.has(id))) for (const id of pair) found.add(id);
    }
    return [...found];
  }

  /** The messages that a thread has received, in order. */
  received(thread: string): string[] {
    return this.#messages('received', thread);
  }

  /** The messages that an agent has taken for a thread, whether they arrived or not. */
  typed(thread: string): string[] {
    return this.#messages('typed', thread);
  }

  #messages(where: 'received' | 'typed', thread: string): string[] {
    return linesIn(join(this.folder, where, thread)).map(
      (line) => Received.parse(JSON.parse(line)).content[0]?.text ?? '',
    );
  }
}
