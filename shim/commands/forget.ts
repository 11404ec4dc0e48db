import { deleteThread } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import type { CommandLine } from '../cli/parse.ts';
import { dropThreads, visitsTo, whyItStays, whyItStaysNow } from '../key/drop.ts';
import type { Key } from '../key/key.ts';
import { calledBy, named } from '../key/reference.ts';
import { AMP_MS } from '../key/request.ts';
import { openElsewhere } from '../key/switch.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { becomeWriter } from '../store/writer.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { confirm } from '../terminal/confirm.ts';
import { withProgress } from '../terminal/progress.ts';
import { reportDropped } from './dropped.ts';

/** Drops one thread from the list and, with `--delete`, deletes it at Amp. */
export async function forget(key: Key, command: CommandLine): Promise<void> {
  const record = key.find(command.args[0] ?? '');
  const remove = command.flag('delete');
  const keepIf = (stays: string | null) => {
    if (stays !== null) throw new Refusal(EXIT.refused, `${calledBy(record)} was not forgotten: ${stays}.`);
  };
  keepIf(await whyItStays(key, key.readAll(), record, visitsTo(key)));
  if (command.flag('dry-run')) {
    const atAmp = remove ? 'and permanently delete it at Amp' : 'but keep it at Amp';
    say(`Would remove ${calledBy(record)} from the list ${atAmp}. Nothing was changed.`);
    return;
  }
  const question = remove
    ? `Permanently delete ${named(record)} at Amp?`
    : `Remove ${named(record)} from the list? Amp keeps it.`;
  await confirm(question, command.flag('yes'));
  // While holding the record's lock: a thread that was deleted at Amp must not stay on the list.
  const archive = await key.change(async (store) => {
    const writer = await becomeWriter(key.paths, record.thread, 0);
    if (writer === null) throw new Refusal(EXIT.busy, openElsewhere(record.thread));
    try {
      keepIf(whyItStaysNow(key, key.readAll(), record, visitsTo(key)));
      store.check();
      writer.check();
      if (remove) await deleteAtAmp(key, record);
      return await dropThreads(store, key.config.folders, [record], remove);
    } finally {
      writer.release();
    }
  });
  reportDropped(command, { key: key.name, forgotten: [record.thread], archive, deleted: remove });
}

async function deleteAtAmp(key: Pick<Key, 'amp'>, { thread, workdir }: ThreadRecord): Promise<void> {
  const ask = () => deleteThread(key.amp(workdir), thread, AMP_MS);
  const outcome = outcomeOf(await withProgress('Deleting the thread at Amp', ask), thread);
  if (outcome.kind === 'unsure') {
    throw new Refusal(
      EXIT.unavailable,
      `Amp did not delete ${thread} (${outcome.why}). It stays on the list.`,
    );
  }
  // If Amp says that there is no such thread, it has been deleted already.
}
