import { EXIT, Refusal } from '../system/exit.ts';

/** A command that only the module's scripts give. */
type ModuleCommand = { readonly about: string; readonly operands?: readonly string[] };

const MODULE_COMMANDS = {
  prepare: { about: 'Decides how the agent is started, and records it.' },
  deliver: { about: "Gives a start's prompt to the running agent." },
  settle: {
    about: 'Decides whether an agent that has ended is started again.',
    operands: ['<status>', '<seconds>'],
  },
  'runner-prepare': { about: "Decides how Amp's runner is started, and records it." },
  'runner-check': { about: "Checks whether Amp's runner has the key's own thread." },
  'runner-deliver': { about: "Gives a start's prompt to the key's thread, which the runner runs." },
  'runner-settle': {
    about: "Waits until Amp's runner, which has ended, is to be started again.",
    operands: ['<status>', '<seconds>'],
  },
  'runner-stop': { about: "Ends Amp's runner when the workspace stops." },
  configure: { about: "Merges the template's settings into Amp's." },
} as const satisfies { [name: string]: ModuleCommand };

/** The name of a command that only the module's scripts give. */
export type ModuleCommandName = keyof typeof MODULE_COMMANDS;

/** Whether a word is such a command. */
export function isModuleCommand(word: string | undefined): word is ModuleCommandName {
  return word !== undefined && Object.hasOwn(MODULE_COMMANDS, word);
}

/**
 * Checks the words that follow such a command.
 * @returns its help if a person asks for it, else null.
 * @throws Refusal for words that the module's scripts never give.
 */
export function checkModuleCommand(name: ModuleCommandName, words: readonly string[]): string | null {
  const { operands = [] }: ModuleCommand = MODULE_COMMANDS[name];
  if (words.includes('--help') || words.includes('-h')) return helpOfModuleCommand(name);
  if (words.length === operands.length) return null;
  throw new Refusal(
    EXIT.usage,
    `Nothing was done: '${words.join(' ')}' was not expected. ${forScripts(name)}`,
  );
}

/** What such a command does, for a person. */
export function helpOfModuleCommand(name: ModuleCommandName): string {
  const { about, operands = [] }: ModuleCommand = MODULE_COMMANDS[name];
  return `Usage: ${['amp-session', name, ...operands].join(' ')}

${about} Only the module's scripts run
this, with an environment of their own; run by hand, it is refused.

See 'amp-session --help' for the commands that people run.
`;
}

/** A sentence for whoever runs such a command by hand. */
export function forScripts(name: ModuleCommandName): string {
  return `Only the module's scripts run 'amp-session ${name}'; see 'amp-session --help' for what people run.`;
}
