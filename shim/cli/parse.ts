import { type ParseArgsConfig, parseArgs } from 'node:util';
import { EXIT, Refusal } from '../system/exit.ts';
import { reasonOf } from '../system/report.ts';
import { isModuleCommand, type ModuleCommandName } from './module.ts';
import { COMMANDS, type CommandName, type CommandSpec } from './spec.ts';

/** A parsed command line. */
export type CommandLine = {
  readonly name: CommandName;
  /** The positional arguments. */
  readonly args: readonly string[];
  readonly flag: (name: string) => boolean;
  readonly value: (name: string) => string | null;
};

/** What the arguments after `amp-session` ask for: a command, its help, or the overview. */
export type Request =
  | { readonly kind: 'run'; readonly line: CommandLine }
  | { readonly kind: 'help'; readonly of: CommandName | ModuleCommandName | null }
  | { readonly kind: 'version' };

/**
 * Parses a command line with Node's own parser, which is strict about options.
 * @throws Refusal for an unknown command or option, or the wrong number of arguments.
 */
export function parseCommandLine(argv: readonly string[]): Request {
  const [first, ...rest] = argv;
  if (first === '--help' || first === '-h') return { kind: 'help', of: null };
  if (first === '--version' || first === '-V') return { kind: 'version' };
  if (first === 'help') {
    const [of] = rest;
    return { kind: 'help', of: of === undefined ? null : isModuleCommand(of) ? of : commandNamed(of) };
  }
  const name = commandNamed(first);
  const spec: CommandSpec = COMMANDS[name];
  const { values, positionals } = parseOptions(spec, rest, name);
  if (values['help'] === true) return { kind: 'help', of: name };
  const [least, most] = operandCounts(spec);
  if (positionals.length < least || positionals.length > most) {
    const wanted = `amp-session ${name} ${spec.operands ?? ''}`.trim();
    throw new Refusal(EXIT.usage, `Usage: ${wanted}. See 'amp-session ${name} --help'.`);
  }
  return {
    kind: 'run',
    line: {
      name,
      args: positionals,
      flag: (option) => values[option] === true,
      value: (option) => {
        const value = values[option];
        return typeof value === 'string' ? value : null;
      },
    },
  };
}

function commandNamed(word: string | undefined): CommandName {
  if (word !== undefined && Object.hasOwn(COMMANDS, word)) return word as CommandName;
  const what = word === undefined ? 'No command given.' : `Unknown command '${word}'.`;
  throw new Refusal(EXIT.usage, `${what} See 'amp-session --help'.`);
}

function parseOptions(spec: CommandSpec, args: string[], name: string) {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const [option, { type, short }] of Object.entries(spec.options)) {
    options[option] = short === undefined ? { type } : { type, short };
  }
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // Node goes on to explain how to pass a positional argument that begins with a dash.
    const reason = reasonOf(error).split('. To specify')[0];
    throw new Refusal(EXIT.usage, `${reason}. See 'amp-session ${name} --help'.`.replace('..', '.'));
  }
}

function operandCounts({ operands = '' }: CommandSpec): readonly [number, number] {
  const all = operands.split('<').length - 1;
  const optional = operands.split('[').length - 1;
  return [all - optional, all];
}
