import { describe, expect, it } from 'vitest';
import { helpOf, helpOfAll } from '../../../shim/cli/help.ts';
import { parseCommandLine } from '../../../shim/cli/parse.ts';
import { COMMANDS, type CommandName, type CommandSpec } from '../../../shim/cli/spec.ts';
import { EXIT, Refusal } from '../../../shim/system/exit.ts';

const NAMES = Object.keys(COMMANDS) as CommandName[];

function failure(argv: readonly string[]): Refusal {
  try {
    parseCommandLine(argv);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error(`${argv.join(' ')} was taken`);
}

describe('a command line', () => {
  it('is a command with its arguments and options, whatever they look like', () => {
    const request = parseCommandLine(['send', '--key', '0123', '--', '--json is an option']);
    expect(request.kind).toBe('run');
    if (request.kind !== 'run') return;
    expect(request.command.args).toEqual(['--json is an option']);
    expect(request.command.value('key')).toBe('0123');
    expect(request.command.flag('json')).toBe(false);
  });

  it.each([[['--help']], [['-h']], [['help']]])('%j asks for the general help', (argv) => {
    expect(parseCommandLine(argv)).toEqual({ kind: 'help', of: null });
  });

  it.each([
    ['ls', 'list'],
    ['resume', 'continue'],
    ['rm', 'forget'],
    ['switch', 'use'],
  ])('%s stands for %s', (word, name) => {
    expect(parseCommandLine([word, ...(name === 'list' ? [] : ['T-1'])])).toMatchObject({
      kind: 'run',
      command: { name },
    });
    expect(parseCommandLine(['help', word])).toEqual({ kind: 'help', of: name });
  });

  it('without a word asks for nothing in particular', () => {
    expect(parseCommandLine([])).toEqual({ kind: 'nothing' });
  });

  it.each(NAMES)('%s --help asks for its help', (name) => {
    expect(parseCommandLine([name, '--help'])).toEqual({ kind: 'help', of: name });
    expect(parseCommandLine(['help', name])).toEqual({ kind: 'help', of: name });
  });

  it.each([
    [['dance'], "Unknown command 'dance'. See"],
    [['toString'], "Unknown command 'toString'. See"],
    [['renmae'], "Unknown command 'renmae'. Did you mean 'rename'?"],
    [['--json', 'list'], "Options come after the command, as in 'amp-session list --json'."],
    [['list', '--jsno'], "There is no option '--jsno'. Did you mean '--json'?"],
    [['list', '-1'], "There is no option '-1'. See"],
    [['list', '--limit'], "'--limit' needs a value: --limit=<n>."],
    [['list', '--limit', '-1'], "'--limit' needs a value: --limit=<n>."],
    [['list', '-l'], "'--limit' needs a value: --limit=<n>."],
    [['list', '--json=yes'], "'--json' does not take an argument"],
    [['list', 'one'], 'Usage: amp-session list. See'],
    [['use'], 'Usage: amp-session use <thread>'],
    [
      ['rename', 'a', 'b', 'c'],
      'Usage: amp-session rename <thread> [<name>]. Put what has spaces in quotes.',
    ],
    [['send', 'two', 'words'], 'Usage: amp-session send [<text>]. Put what has spaces in quotes.'],
  ])('%j is refused, with a pointer to the help', (argv, message) => {
    const { message: said, exitCode } = failure(argv);
    expect(said).toContain(message);
    expect(said).toMatch(/See 'amp-session .*--help'\.$/);
    expect(exitCode).toBe(EXIT.usage);
  });
});

describe('help', () => {
  it.each(NAMES)('of %s fits 80 columns and has at least two examples that parse', (name) => {
    const spec: CommandSpec = COMMANDS[name];
    const text = helpOf(name);
    const examples = spec.examples.map(([line]) => line);
    // A thread's URL can't be shortened.
    const own = text.split('\n').filter((line) => !line.includes('https://'));
    expect(own.filter((line) => line.length > 80)).toEqual([]);
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const line of examples) expect(text).toContain(line);
  });

  it('of all commands fits 80 columns and names every command and exit code', () => {
    const text = helpOfAll();
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const name of NAMES) expect(text).toContain(`\n  ${name} `);
    for (const code of Object.values(EXIT).filter((each) => each !== EXIT.stop)) {
      expect(text).toMatch(new RegExp(`^  ${code} `, 'm'));
    }
  });
});
