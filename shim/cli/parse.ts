import { type ParseArgsConfig, parseArgs } from 'node:util';
import { EXIT, Refusal } from '../system/exit.ts';
import { hasCode } from '../system/files.ts';
import { reasonOf } from '../system/report.ts';
import { commandNamed, didYouMean } from './command-name.ts';
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

/** What the arguments after `amp-session` ask for: a command, its help, the general help, or nothing in particular. */
export type Request =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'run'; readonly command: CommandLine }
  | { readonly kind: 'help'; readonly of: CommandName | ModuleCommandName | null }
  | { readonly kind: 'version' };

/**
 * Parses a command line with Node's own parser, which is strict about options.
 * @param canAsk whether a person can be asked for a thread that is missing.
 * @throws Refusal for an unknown command or option, or the wrong number of arguments.
 */
export function parseCommandLine(argv: readonly string[], canAsk = false): Request {
  const [first, ...rest] = argv;
  if (first === undefined) return { kind: 'nothing' };
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
  const isAsked = spec.asks !== undefined && canAsk && positionals.length === 0;
  const mayAsk = isAsked && values['json'] !== true && values['no-input'] !== true;
  if ((positionals.length < least && !mayAsk) || positionals.length > most) {
    const wanted = `amp-session ${name} ${spec.operands ?? ''}`.trim();
    // What a shell made of a message, a name or a file with spaces in it.
    const quote = most > 0 && positionals.length > most ? ' Put what has spaces in quotes.' : '';
    throw new Refusal(EXIT.usage, `Usage: ${wanted}.${quote} See 'amp-session ${name} --help'.`);
  }
  return {
    kind: 'run',
    command: {
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

function parseOptions(spec: CommandSpec, args: string[], name: string) {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const [option, { type, short }] of Object.entries(spec.options)) {
    options[option] = short === undefined ? { type } : { type, short };
  }
  try {
    return parseArgs({ args: withNumbers(spec, args), options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(EXIT.usage, `${whatIsWrong(error, spec)} See 'amp-session ${name} --help'.`);
  }
}

/** Gives options that may stand alone the number that they stand for then: Node's parser has no such options. */
function withNumbers(spec: CommandSpec, args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, index) => {
    const isOption = end < 0 || index < end;
    const [name, { alone } = {}] =
      Object.entries(spec.options).find(([each, { short }]) => arg === `--${each}` || arg === `-${short}`) ??
      [];
    const isAlone = isOption && alone !== undefined && !/^\d+$/.test(args[index + 1] ?? '');
    return isAlone ? `--${name}=${alone}` : arg;
  });
}

/** What Node's parser found, without its advice about arguments that begin with a dash. */
function whatIsWrong(error: unknown, { options }: CommandSpec): string {
  const said = reasonOf(error);
  const named = /'(?:-., )?(--?[\w-]+)/.exec(said)?.[1] ?? '';
  const option = options[named.slice(2)];
  if (option?.value !== undefined) return `'${named}' needs a value: ${named}=${option.value}.`;
  if (!hasCode(error, 'ERR_PARSE_ARGS_UNKNOWN_OPTION'))
    return `${said.split(/\. (?=To )|\n/)[0]}.`.replace('..', '.');
  const known = ['help', ...Object.keys(options)].map((each) => `--${each}`);
  return `There is no option '${named}'.${named.startsWith('--') ? didYouMean(named, known) : ''}`;
}

function operandCounts({ operands = '' }: CommandSpec): readonly [number, number] {
  const all = operands.split('<').length - 1;
  const optional = operands.split('[').length - 1;
  return [all - optional, operands.endsWith('...') ? Number.POSITIVE_INFINITY : all];
}
