import { threadsOf } from '../store/session.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { type Choice, pick } from '../terminal/pick.ts';
import { cut, plain } from '../terminal/table.ts';
import { ago } from '../terminal/time.ts';
import type { Key } from './key.ts';
import { shortId } from './reference.ts';

/** How wide a name or a title may be beside the rest of its line, in columns. */
const NAME_WIDTH = 36;

/**
 * Lets a person choose one of a key's threads, the most recently used first, by its name or title, its age and its folder.
 * @returns its ID.
 * @throws Refusal if there is none, or none was chosen.
 */
export async function pickThread(key: Key, question: string): Promise<string> {
  const threads = threadsOf(key.readAll());
  if (threads.length === 0)
    throw new Refusal(EXIT.missing, `The key '${plain(key.name)}' has no thread yet.`);
  const now = new Date();
  return pick(
    question,
    threads.map((record) => choiceOf(record, key.config.home, now)),
  );
}

function choiceOf(
  { thread, name, title, lastUsed, workdir }: ThreadRecord,
  home: string,
  now: Date,
): Choice<string> {
  const called = plain(name ?? title ?? '');
  const folder = workdir.startsWith(`${home}/`) ? `~${workdir.slice(home.length)}` : workdir;
  const words = [shortId(thread), cut(called, NAME_WIDTH), ago(lastUsed, now, 'narrow'), plain(folder)];
  return { value: thread, label: words.filter((word) => word !== '').join('  ') };
}
