import { exportThread, threadAsMarkdown } from '../amp/calls.ts';
import { type AmpRun, outcomeOf, whyNot } from '../amp/outcome.ts';
import { readExport, type Said } from '../amp/thread-export.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { Key } from '../key/key.ts';
import { keepTitle } from '../key/titles.ts';
import { ASKING_MS } from '../prompt/asked.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { visible } from '../system/visible.ts';
import { isInteractive, print } from '../terminal/output.ts';
import { paint } from '../terminal/paint.ts';
import { withProgress } from '../terminal/progress.ts';

/** Amp loads a long conversation 200 messages at a time; a person has asked for it and waits. */
const WHOLE_MS = ASKING_MS.besideAgent;

/**
 * Fetches what was said last in a thread, and keeps the title that comes along.
 * @throws Refusal if Amp doesn't give it.
 */
export async function lastMessages(
  key: Key,
  { thread, workdir }: ThreadRecord,
  count: number,
): Promise<readonly Said[]> {
  const run = await withProgress('Asking Amp for the messages', () =>
    exportThread(key.amp(workdir), thread, WHOLE_MS),
  );
  const exported = readExport(run);
  if (exported === null) throw notGiven(run, thread);
  await keepTitle(key, thread, exported.title);
  // What a tool was given, and what it gave, has no text.
  const said = exported.messages.filter(({ text }) => text.trim() !== '');
  return count === 0 ? [] : said.slice(-count);
}

/** Messages for a person to read. */
export function formatMessages(messages: readonly Said[]): string {
  if (messages.length === 0) return 'Nothing has been said in it yet.\n';
  return messages
    .map(({ role, text }) => `${paint.bold(role === 'user' ? 'You' : 'Amp')}\n${lines(text.trim())}\n`)
    .join('\n');
}

/** Prints the whole conversation as Amp writes it. @throws Refusal if Amp doesn't give it. */
export async function printMarkdown(key: Pick<Key, 'amp'>, { thread, workdir }: ThreadRecord): Promise<void> {
  const run = await withProgress('Asking Amp for the conversation', () =>
    threadAsMarkdown(key.amp(workdir), thread, WHOLE_MS),
  );
  if (run.exitCode !== 0 || run.timedOut) throw notGiven(run, thread);
  print(`${isInteractive() ? lines(run.stdout.trimEnd()) : run.stdout.trimEnd()}\n`);
}

/** A text of several lines, without what would move the cursor. */
function lines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

function notGiven(run: AmpRun, thread: ThreadId): Refusal {
  const code = outcomeOf(run, thread).kind === 'gone' ? EXIT.missing : EXIT.unavailable;
  return new Refusal(code, `Amp did not give the conversation of ${thread} (${whyNot(run, thread)}).`);
}
