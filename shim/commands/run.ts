import { helpOf, helpOfAll } from '../cli/help.ts';
import { type CommandLine, parseCommandLine } from '../cli/parse.ts';
import { COMMANDS, type CommandName, type CommandSpec } from '../cli/spec.ts';
import { VERSION } from '../cli/version.ts';
import { readBaseConfig } from '../environment/base.ts';
import { Key } from '../key/key.ts';
import { pickThread } from '../key/pick.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { endWithOutput, print } from '../terminal/output.ts';
import { askForLine, canPick } from '../terminal/pick.ts';
import { isAsked, printCandidates } from './candidates.ts';
import { cleanup } from './cleanup.ts';
import { completion } from './completion.ts';
import { continueThread } from './continue.ts';
import { doctor } from './doctor.ts';
import { exportKey } from './export.ts';
import { forget } from './forget.ts';
import { importKey } from './import.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { fork, startNew, use } from './new-use-fork.ts';
import { open } from './open.ts';
import { rename } from './rename.ts';
import { search } from './search.ts';
import { send } from './send.ts';
import { show } from './show.ts';
import { status } from './status.ts';

/** What a command does. A number that it returns is the exit code; anything else means 0. */
type Run = (key: Key, command: CommandLine) => unknown;

const RUN: { readonly [name in Exclude<CommandName, 'completion'>]: Run } = {
  status,
  list,
  show,
  search,
  open,
  logs,
  continue: continueThread,
  send,
  new: startNew,
  use,
  fork,
  rename,
  forget,
  cleanup,
  doctor,
  export: exportKey,
  import: importKey,
};

/**
 * The key that a command is about.
 * @throws Refusal for one that no instance of the module could have.
 */
function keyIn(command: CommandLine): Key {
  const key = command.value('key');
  if (key === '') throw new Refusal(EXIT.usage, 'A key must have at least one character. Nothing was done.');
  const config = readBaseConfig(process.env);
  return new Key({ ...config, key: key ?? config.key });
}

/** The command line with the thread, and the name for it, that a person is asked for who gave neither. */
async function askedFor(key: Key, command: CommandLine): Promise<CommandLine> {
  const { asks }: CommandSpec = COMMANDS[command.name];
  if (asks === undefined || command.args.length > 0) return command;
  const thread = await pickThread(key, asks);
  const needsName = command.name === 'rename' && !command.flag('clear');
  return { ...command, args: needsName ? [thread, await askForLine('Its new name?')] : [thread] };
}

/** What a person sees who types nothing but `amp-session`. */
async function overview(): Promise<number> {
  const code = await runCommand(['status']);
  print(`
'amp-session continue' opens the thread here, 'amp-session list' shows the others,
and 'amp-session --help' says what else there is.
`);
  return code;
}

/**
 * Runs one of the commands that a person gives.
 * @param argv the words after `amp-session`.
 * @returns the exit code.
 * @throws Refusal and EnvironmentError.
 */
export async function runCommand(argv: readonly string[]): Promise<number> {
  endWithOutput();
  const request = parseCommandLine(argv, canPick());
  if (request.kind === 'version') {
    print(`amp-session ${VERSION}\n`);
    return EXIT.ok;
  }
  if (request.kind === 'nothing' && process.stdout.isTTY) return overview();
  if (request.kind !== 'run') {
    print(request.kind === 'nothing' || request.of === null ? helpOfAll() : helpOf(request.of));
    return EXIT.ok;
  }
  const { command } = request;
  if (command.name === 'completion') {
    const [asked] = command.args;
    if (isAsked(asked)) printCandidates(keyIn(command), asked);
    else completion(command);
    return EXIT.ok;
  }
  const key = keyIn(command);
  const code = await RUN[command.name](key, await askedFor(key, command));
  return typeof code === 'number' ? code : EXIT.ok;
}
