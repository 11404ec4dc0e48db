import { COMMANDS } from '../../shim/cli/spec.ts';
import type { Home } from '../../test/support/cli/home.ts';
import { onTerminal } from '../../test/support/cli/screen.ts';

/** The help texts for docs/captures, by file name, as printed on a terminal of 80 columns. */
export async function helpCaptures(home: Home): Promise<Record<string, string>> {
  const texts: string[] = [];
  for (const name of Object.keys(COMMANDS)) texts.push(await captured(home, [name, '--help']));
  return { 'help.txt': await captured(home, ['--help']), 'help-of-commands.txt': texts.join('\n') };
}

/**
 * A command line and its output, as they look on a terminal.
 * @param answer what to type when the command asks for confirmation.
 */
export async function captured(
  { project, env }: Home,
  args: readonly string[],
  answer?: string,
): Promise<string> {
  const shown = onTerminal('amp-session', args, { cwd: project, env, rows: 60 });
  if (answer !== undefined) {
    await shown.until((text) => text.endsWith('[y/N]'));
    shown.type(`${answer}\r`);
  }
  await shown.ended;
  return `$ amp-session ${args.map(quoted).join(' ')}\n${shown.screen()}\n`;
}

function quoted(word: string): string {
  return /^[\w:./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
