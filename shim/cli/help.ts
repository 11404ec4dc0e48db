import { helpOfModuleCommand, isModuleCommand, type ModuleCommandName } from './module.ts';
import type { OptionSpec } from './options.ts';
import { COMMANDS, type CommandName, type CommandSpec } from './spec.ts';

/** The overview of all commands. */
export function helpOfAll(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary] as const);
  return `Usage: amp-session <command> [options]

Manages the Amp threads of this workspace, for its agent and other session keys.

Commands:
${columns(rows)}
ls, resume, rm and switch stand for list, continue, forget and use.
AMP_MODULE_SESSION_KEY, which the agent has, names the key if --key doesn't.
Refer to a thread by its ID, the start of its ID, its name or its URL.
Run 'amp-session <command> --help' for a command's options and examples,
and 'amp-session --version' for the module's version.

Exit codes:
${columns([
  ['0', 'success'],
  ['1', 'failure; for doctor: something is wrong'],
  ['64', 'invalid command line'],
  ['65', 'ambiguous: more than one thread matches'],
  ['66', 'no such thread, key or file'],
  ['69', "Amp or AgentAPI can't be reached, or refused"],
  ['75', 'busy: try again later'],
  ['77', 'refused to prevent loss, or not confirmed'],
  ['79', 'the agent waits for a person to answer its question'],
])}`;
}

/** The help of one command. */
export function helpOf(name: CommandName | ModuleCommandName): string {
  if (isModuleCommand(name)) return helpOfModuleCommand(name);
  const spec: CommandSpec = COMMANDS[name];
  const options = Object.entries({
    ...spec.options,
    help: { type: 'boolean', short: 'h', about: 'show this help' } satisfies OptionSpec,
  });
  const sentences = [
    `${capital(spec.summary)}.`,
    ...(spec.about === undefined ? [] : ['', wrapped(spec.about)]),
  ];
  return `Usage: amp-session ${name}${spec.operands === undefined ? '' : ` ${spec.operands}`} [options]

${sentences.join('\n')}

Options:
${columns(options.map(([option, about]) => [optionUsage(option, about), about.about]))}
Examples:
${spec.examples.map(([line, does]) => `  ${line}\n      ${does}\n`).join('')}`;
}

function optionUsage(name: string, { short, value }: OptionSpec): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join('');
}

/** The help fits a terminal of 80 columns. */
const WIDTH = 80;

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
