import { exportThread } from '../amp/calls.ts';
import { readExport } from '../amp/thread-export.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { ASKING_MS } from '../prompt/asked.ts';
import { promptEvidenceInExport } from '../prompt/evidence.ts';
import { mentionOf } from '../prompt/mention.ts';
import { threadIn } from '../store/session.ts';
import type { PromptRecord, ThreadRecord } from '../store/thread-record.ts';
import { withProgress } from '../terminal/progress.ts';
import type { Key } from './key.ts';
import { keepTitle } from './titles.ts';

/**
 * Asks Amp whether the prompts that a thread was handed have arrived, where that isn't known yet, and records those that
 * have; otherwise only the next start would find out. If Amp doesn't say, nothing changes.
 */
export async function learnDelivered(key: Key, record: ThreadRecord): Promise<void> {
  const { thread, workdir, prompts, parent } = record;
  if (!prompts.some(isOpen)) return;
  const run = await withProgress('Asking Amp whether the prompt has arrived', () =>
    exportThread(key.amp(workdir), thread, ASKING_MS.atStart),
  );
  await keepTitle(key, thread, readExport(run)?.title ?? null);
  const mention = parent === null ? null : mentionOf(parent);
  const hasArrived = ({ sha256 }: PromptRecord) =>
    promptEvidenceInExport(run, sha256, new Set(), mention) === 'delivered';
  const arrived = prompts.filter((prompt) => isOpen(prompt) && hasArrived(prompt));
  if (arrived.length > 0) await recordDelivered(key, thread, new Set(arrived.map(({ sha256 }) => sha256)));
}

async function recordDelivered(
  key: Pick<Key, 'note'>,
  thread: ThreadId,
  arrived: ReadonlySet<string>,
): Promise<void> {
  await key.note((store) => {
    // A start may have recorded it meanwhile. The store has only the threads that were used most recently.
    const now = threadIn(store.session, thread)?.prompts;
    const isOpenNow = (sha256: string) =>
      now === undefined || now.some((prompt) => prompt.sha256 === sha256 && isOpen(prompt));
    const events = [...arrived].filter(isOpenNow).map((sha256) => {
      const evidence = "the thread's own messages";
      return { event: 'prompt-delivered', thread, sha256, evidence } as const;
    });
    if (events.length > 0) store.recordAll(events);
  });
}

function isOpen({ state }: PromptRecord): boolean {
  return state === 'handed';
}
