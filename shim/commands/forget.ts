import { deleteThread } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import { reportDropped } from '../cli/dropped.ts';
import type { CommandLine } from '../cli/parse.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { becomeWriter } from '../store/writer.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { confirm } from '../terminal/confirm.ts';
import { withProgress } from '../terminal/progress.ts';
import { dropThreads, whyItStays } from '../thread/drop.ts';
import type { Key } from '../thread/key.ts';
import { calledBy, named } from '../thread/reference.ts';
import { AMP_MS } from '../thread/request.ts';
import { openElsewhere } from '../thread/switch.ts';

/** Drops one thread from the list, and deletes it at Amp where that is asked for. */
export async function forget(key: Key, line: CommandLine): Promise<void> {
  const record = key.find(line.args[0] ?? '');
  const remove = line.flag('delete');
  const stays = await whyItStays(key, key.readAll(), record);
  if (stays !== null) {
    throw new Refusal(EXIT.refused, `${calledBy(record)} was not forgotten: ${stays}.`);
  }
  const what = remove ? 'is deleted at Amp for good and leaves the list' : 'leaves the list; Amp keeps it';
  if (line.flag('dry-run')) {
    say(`Would forget ${calledBy(record)}: it ${what}. Nothing was changed.`);
    return;
  }
  await confirm(`${named(record)} ${what}. Go ahead?`, line.flag('yes'));
  // With the record in hand: what is deleted at Amp must not stay on the list.
  const archive = await key.change(async (store) => {
    const release = await becomeWriter(key.paths, record.thread, 0);
    if (release === null) throw new Refusal(EXIT.busy, openElsewhere(record.thread));
    try {
      if (remove) await deleteAtAmp(key, record);
      return dropThreads(store, [record], remove);
    } finally {
      release();
    }
  });
  reportDropped(line, { key: key.key, forgotten: [record.thread], archive, deleted: remove });
}

async function deleteAtAmp(key: Key, { thread, workdir }: ThreadRecord): Promise<void> {
  const ask = () => deleteThread(key.amp(workdir), thread, AMP_MS);
  const outcome = outcomeOf(await withProgress('Deleting at Amp', ask), thread);
  if (outcome.kind === 'unsure') {
    throw new Refusal(
      EXIT.unavailable,
      `Amp did not delete ${thread} (${outcome.why}). It was not forgotten either.`,
    );
  }
  // Where Amp says that there is no such thread, it is as it should be.
}
