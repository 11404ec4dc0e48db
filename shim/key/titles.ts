import { findThreadAtAmp, listThreads } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { titlesIn } from '../amp/thread-list.ts';
import { currentFolder } from '../environment/launcher.ts';
import { threadIn, threadsOf } from '../store/session.ts';
import { say } from '../system/report.ts';
import { withProgress } from '../terminal/progress.ts';
import type { Key } from './key.ts';

/** Amp's list may take this long, in milliseconds. */
const LIST_MS = 15_000;

/**
 * Asks Amp for its titles and records those of our threads. Only titles are taken from the account-wide list,
 * never a thread. If Amp gives no list, nothing changes.
 */
export async function learnTitles(keys: readonly Key[]): Promise<void> {
  const [first] = keys;
  if (first === undefined) return;
  const run = await withProgress('Asking Amp for titles', () =>
    listThreads(first.amp(currentFolder()), LIST_MS),
  );
  const titles = titlesIn(run);
  if (titles === null) {
    const outcome = outcomeOf(run, null);
    say(
      `Amp did not list its threads (${outcome.kind === 'unsure' ? outcome.why : 'not as JSON'}); showing the titles already known.`,
    );
    return;
  }
  for (const key of keys) await recordTitles(key, titles);
}

/** The title of one thread may take this long, in milliseconds: a command that had another purpose waits for it. */
const TITLE_MS = 5_000;

/**
 * Asks Amp for the title of a thread that has none yet, where a command talks to Amp anyway. Without an answer, or while
 * another process has the record, the next command asks.
 */
export async function learnTitle(key: Key, thread: ThreadId): Promise<void> {
  const record = threadIn(key.read(), thread);
  if (record === null || record.title !== null) return;
  const titles = titlesIn(await findThreadAtAmp(key.amp(record.workdir), thread, TITLE_MS));
  await keepTitle(key, thread, titles?.get(thread) ?? null);
}

/** Records a title that Amp gave along with something else. */
export async function keepTitle(
  key: Pick<Key, 'note' | 'readAll'>,
  thread: ThreadId,
  title: string | null,
): Promise<void> {
  const changed = title === null ? [] : titled(key, new Map([[thread, title]]));
  if (changed.length > 0) await key.note((store) => store.recordAll(changed));
}

async function recordTitles(
  key: Pick<Key, 'change' | 'readAll'>,
  titles: ReadonlyMap<ThreadId, string>,
): Promise<void> {
  const changed = titled(key, titles);
  if (changed.length > 0) await key.change((store) => store.recordAll(changed));
}

/** What to record of some titles: those that are new. */
function titled(key: Pick<Key, 'readAll'>, titles: ReadonlyMap<ThreadId, string>) {
  return threadsOf(key.readAll()).flatMap(({ thread, title }) => {
    const now = titles.get(thread);
    return now === undefined || now === title ? [] : [{ event: 'titled', thread, title: now } as const];
  });
}
