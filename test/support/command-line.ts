import { type CommandLine, parseCommandLine } from '../../shim/cli/parse.ts';

/** The words of a command, parsed, for tests that call it in their own process. */
export function commandLine(...words: string[]): CommandLine {
  const parsed = parseCommandLine(words);
  if (parsed.kind !== 'run') throw new Error(`${words.join(' ')} runs nothing`);
  return parsed.command;
}
