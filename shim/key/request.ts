import type { ThreadId } from '../amp/thread-id.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { withProgress } from '../terminal/progress.ts';
import { type Asked, askForNewThread } from '../thread/create.ts';
import type { Key } from './key.ts';

/** Amp answers within a second; with a person waiting, a slow network gets longer than at a start. */
export const AMP_MS = 20_000;

/**
 * Asks Amp for a thread without holding the record, which a start may need meanwhile.
 * @param undone what was not done if Amp gives none: `changed`, `sent`.
 * @throws Refusal if it gives none.
 */
export async function askAmpForThread(
  key: Key,
  workdir: string,
  undone: string,
): Promise<Asked & { readonly thread: ThreadId }> {
  // Whether the record can be changed is found out before Amp creates a thread for it.
  await key.change(() => undefined);
  const asked = await withProgress('Asking Amp for a thread', () =>
    askForNewThread(key.paths, key.amp(workdir), AMP_MS),
  );
  if (asked.thread !== null) return asked;
  throw new Refusal(
    EXIT.unavailable,
    `Amp created no thread for '${key.name}' (${asked.why}). Nothing was ${undone}.`,
  );
}
