import type { CommandLine } from '../cli/parse.ts';
import { logsFolder, logsOf } from '../environment/logs.ts';
import type { Key } from '../key/key.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { inForeground } from '../system/foreground.ts';
import { say } from '../system/report.ts';
import { plain } from '../terminal/table.ts';

/** How many lines of each log are printed. */
const LINES = 100;

/**
 * Prints the end of the logs of a key's scripts, and with `--follow` what is added to them.
 * @returns the exit code of `tail`.
 */
export async function logs(
  { config, name }: Pick<Key, 'config' | 'name'>,
  command: CommandLine,
): Promise<number> {
  const folder = logsFolder(config);
  const files = logsOf(config);
  if (files.length === 0)
    throw new Refusal(EXIT.missing, `There is no log of the key '${plain(name)}' in ${folder} yet.`);
  say(`The logs are in ${folder}.`);
  const follow = command.flag('follow') ? ['-F'] : [];
  const status = await inForeground(
    'tail',
    ['-n', String(LINES), ...follow, '--', ...files],
    folder,
    () => {},
  );
  if (status === null)
    throw new Refusal(EXIT.unavailable, `There is no 'tail' on the PATH. The logs are in ${folder}.`);
  return status;
}
