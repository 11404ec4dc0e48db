import type { CommandLine } from '../cli/parse.ts';
import type { Key } from '../key/key.ts';
import { checkName } from '../key/name.ts';
import { calledBy } from '../key/reference.ts';
import { viewOf } from '../key/view.ts';
import { threadIn } from '../store/session.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { print, printJson } from '../terminal/output.ts';
import { plain } from '../terminal/table.ts';

/** Names a thread in this workspace's record, or removes its name. Amp's title doesn't change. */
export async function rename(key: Key, command: CommandLine): Promise<void> {
  const [reference = '', given] = command.args;
  if ((given === undefined) !== command.flag('clear'))
    throw new Refusal(
      EXIT.usage,
      'Give either the new name or --clear, which removes the one that it has. Nothing was changed.',
    );
  const name = given ?? null;
  const record = key.find(reference);
  const { thread } = record;
  if (name !== null) checkName(key, name, thread);
  if (command.flag('dry-run')) {
    const what =
      name === null
        ? `Would remove the name of ${calledBy(record)}`
        : `Would name ${calledBy(record)} '${name}'`;
    say(`${what}. Nothing was changed.`);
    return;
  }
  await key.change((store) => {
    // Another command may have forgotten it, or given its name to another, since.
    key.find(thread);
    if (name !== null) checkName(key, name, thread);
    store.record({ event: 'named', thread, name });
  });
  const session = key.readAll();
  const renamed = threadIn(session, thread) ?? record;
  if (command.flag('json')) printJson({ key: key.name, ...viewOf(session, renamed, key.config.ampUrl) });
  else print(`${plain(calledBy(renamed))}\n`);
}
