/** An option of a command, as its help shows it. */
export type OptionSpec = {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** Placeholder for the value in the help, such as `<key>`. */
  readonly value?: string;
  /** The number that it stands for where none follows. */
  readonly alone?: string;
  readonly about: string;
};

// Options that several commands take, with the same words.

export const KEY: OptionSpec = {
  type: 'string',
  short: 'k',
  value: '<key>',
  about: "session key (default: the agent's own, or main)",
};
export const JSON_OUT: OptionSpec = { type: 'boolean', about: 'print JSON, for programs' };
export const DRY_RUN: OptionSpec = {
  type: 'boolean',
  short: 'n',
  about: 'show what would be done, and change nothing',
};
export const YES: OptionSpec = { type: 'boolean', short: 'y', about: 'do not ask for confirmation' };
export const NOW: OptionSpec = {
  type: 'boolean',
  about: 'switch the running agent now, without waiting for a restart',
};
export const CUT_OFF: OptionSpec = {
  type: 'boolean',
  short: 'y',
  about: "with --now: cut off the agent's turn without asking",
};
export const ALL: OptionSpec = { type: 'boolean', short: 'a', about: 'include every key' };
export const FORCE: OptionSpec = { type: 'boolean', about: 'open it even if it is in use elsewhere' };
export const NO_INPUT: OptionSpec = { type: 'boolean', about: 'never ask which thread' };
/** What nearly every command takes. */
export const COMMON = { key: KEY, json: JSON_OUT };
