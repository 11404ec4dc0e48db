import type { Key } from '../key/key.ts';
import { keysIn } from '../store/keys.ts';
import { threadsOf } from '../store/session.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { print } from '../terminal/output.ts';
import { plain } from '../terminal/table.ts';

/** What the completion scripts ask for, each in one process. */
export type Asked = 'threads' | 'keys';

/** Whether a completion script asks, and no person. */
export function isAsked(word: string | undefined): word is Asked {
  return word === 'threads' || word === 'keys';
}

/**
 * Prints what can be completed, a line each: the word, a tab, and what a shell may show beside it. Of threads, those that
 * were used most recently, by ID, and by name where they have one.
 */
export function printCandidates(key: Key, asked: Asked): void {
  const lines =
    asked === 'keys'
      ? keysIn(key.sessions).map((each) => [each.key, ''])
      : threadLines(threadsOf(key.read()));
  print(lines.map((words) => `${words.map(plain).join('\t')}\n`).join(''));
}

function threadLines(threads: readonly ThreadRecord[]): readonly (readonly string[])[] {
  return [
    ...threads.flatMap(({ name, thread }) => (name === null ? [] : [[name, thread]])),
    ...threads.map((each) => [each.thread, each.name ?? each.title ?? '']),
  ];
}
