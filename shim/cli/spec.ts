/** An option of a command, as its help shows it. */
export type OptionSpec = {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** What stands for the value in the help, such as `<key>`. */
  readonly value?: string;
  readonly about: string;
};

/** What the command line of a command looks like; what it does is in shim/commands. */
export type CommandSpec = {
  readonly summary: string;
  /** Its positional arguments, such as `[<thread>]`. */
  readonly operands?: string;
  /** More than the summary says, for the command's own help. */
  readonly about?: string;
  readonly options: { readonly [name: string]: OptionSpec };
  /** Command lines that work as they stand, with what they do. */
  readonly examples: readonly (readonly [string, string])[];
  /** Whether the positional arguments are threads: what a shell completes. */
  readonly completesThreads?: boolean;
  /** What the positional arguments can be, where that is known. */
  readonly choices?: readonly string[];
};

const KEY: OptionSpec = {
  type: 'string',
  short: 'k',
  value: '<key>',
  about: "the session key (default: the agent's own, or main)",
};
const JSON_OUT: OptionSpec = { type: 'boolean', about: 'print JSON for programs (docs/amp-session.md)' };
const DRY_RUN: OptionSpec = {
  type: 'boolean',
  short: 'n',
  about: 'say what would be done, and change nothing',
};
const YES: OptionSpec = { type: 'boolean', short: 'y', about: 'do not ask' };
const NOW: OptionSpec = {
  type: 'boolean',
  about: 'at once, by changing the running agent over',
};
const REMOTE: OptionSpec = { type: 'boolean', about: 'ask Amp for titles first' };
const FORCE: OptionSpec = { type: 'boolean', about: 'even where another one writes in it' };
const common = { key: KEY, json: JSON_OUT };

/** Every command, in the order of the help. */
export const COMMANDS = {
  status: {
    summary: 'which thread the agent is in, since when, why, and if it runs',
    options: common,
    examples: [
      ['amp-session status', 'the thread of this workspace'],
      ['amp-session status --json --key telegram:652', 'the same of another key, for a program'],
    ],
  },
  list: {
    summary: 'the threads of a key, the one used last first',
    options: {
      ...common,
      all: { type: 'boolean', short: 'a', about: 'of every key' },
      limit: { type: 'string', short: 'l', value: '<n>', about: 'at most so many of each key (default: 20)' },
      remote: REMOTE,
    },
    examples: [
      ['amp-session list --all', 'the threads of every key'],
      ['amp-session list --limit 1 | cut -f1', 'the ID of the one used last'],
    ],
  },
  show: {
    summary: 'everything that is known of one thread',
    operands: '[<thread>]',
    options: { ...common, remote: REMOTE },
    examples: [
      ['amp-session show', 'the thread of this workspace'],
      ['amp-session show T-0c5fa1 --remote', 'another one, with what Amp knows of it'],
    ],
    completesThreads: true,
  },
  continue: {
    summary: 'open a thread in this terminal',
    operands: '[<thread>]',
    about:
      'Attaches to the running agent if it is in that thread. Otherwise Amp opens it here, in the folder the thread belongs to. Never a second writer: a thread that is open elsewhere is refused.',
    options: { key: KEY, force: FORCE },
    examples: [
      ['amp-session continue', 'the thread of this workspace'],
      ["amp-session continue 'login page'", 'the one of that name'],
    ],
    completesThreads: true,
  },
  send: {
    summary: "one turn in the key's thread; the answer goes to standard output",
    operands: '[<text>]',
    about:
      'Without a text it is read from standard input. A new key gets a thread of its own first. Sends to one key wait for each other, in order.',
    options: {
      ...common,
      'stream-json': { type: 'boolean', about: "pass Amp's own events through, one JSON a line" },
    },
    examples: [
      ["amp-session send --key telegram:652 'What is the weather in Rome?'", 'one turn of a chat'],
      ['git diff | amp-session send --key review', 'standard input is the text'],
    ],
  },
  new: {
    summary: 'a fresh thread for the next start',
    options: {
      ...common,
      name: { type: 'string', value: '<name>', about: 'a name for it' },
      now: NOW,
      'dry-run': DRY_RUN,
    },
    examples: [
      ['amp-session new --now', 'the running agent begins anew'],
      ["amp-session new --name 'login page'", 'a named thread for the next start'],
    ],
  },
  use: {
    summary: 'another thread for the next start, one made elsewhere too',
    operands: '<thread>',
    options: { ...common, now: NOW, 'dry-run': DRY_RUN },
    examples: [
      ['amp-session use T-0c5fa1 --now', 'the running agent changes to it'],
      [
        'amp-session use T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c',
        'a thread from the web or another workspace; its URL will do as well',
      ],
    ],
    completesThreads: true,
  },
  fork: {
    summary: 'a new thread whose first prompt mentions the old one',
    operands: '[<thread>]',
    options: {
      ...common,
      name: { type: 'string', value: '<name>', about: 'a name for it' },
      now: NOW,
      'dry-run': DRY_RUN,
    },
    examples: [
      ['amp-session fork --now', 'the running agent goes on in a child of its thread'],
      ["amp-session fork 'login page' --name 'login, second try'", 'a child of that one for the next start'],
    ],
    completesThreads: true,
  },
  rename: {
    summary: 'name a thread, or take its name away',
    operands: '<thread> [<name>]',
    options: { ...common, 'dry-run': DRY_RUN },
    examples: [
      ["amp-session rename T-0c5fa1 'login page'", 'from now on it can be called so'],
      ["amp-session rename 'login page'", 'takes the name away'],
    ],
    completesThreads: true,
  },
  forget: {
    summary: 'drop a thread from the list; Amp keeps it',
    operands: '<thread>',
    about:
      'Never the active thread, nor one whose prompt may not have arrived. What is known of it goes to a dated folder first.',
    options: {
      ...common,
      delete: { type: 'boolean', about: 'delete the thread at Amp as well; that can not be undone' },
      'dry-run': DRY_RUN,
      yes: YES,
    },
    examples: [
      ['amp-session forget T-0c5fa1', 'asks, and drops it from the list'],
      ['amp-session forget T-0c5fa1 --delete --yes', 'deletes it at Amp too, without asking'],
    ],
    completesThreads: true,
  },
  cleanup: {
    summary: 'forget the threads that were not used for a while',
    about:
      'Keeps the active thread, those whose prompt may not have arrived, and the last ones used. What is known of the others goes to a dated folder first.',
    options: {
      ...common,
      'older-than': { type: 'string', value: '<age>', about: 'such as 30d, 12h or 8w (default: 30d)' },
      keep: { type: 'string', value: '<n>', about: 'the last ones to keep in any case (default: 10)' },
      'dry-run': DRY_RUN,
      yes: YES,
    },
    examples: [
      ['amp-session cleanup --older-than 30d --dry-run', 'what would go'],
      ['amp-session cleanup --older-than 8w --keep 50 --yes', 'for a nightly job'],
    ],
  },
  doctor: {
    summary: 'what is wrong, and how to fix it',
    options: common,
    examples: [
      ['amp-session doctor', 'every finding with its fix'],
      ['amp-session doctor --json', 'the same for a program; exit 1 where something is wrong'],
    ],
  },
  export: {
    summary: 'everything known about a key as one file, without secrets',
    options: {
      key: KEY,
      output: {
        type: 'string',
        short: 'o',
        value: '<file>',
        about: 'where to write it (default: standard output)',
      },
      'no-chats': { type: 'boolean', about: 'leave the conversations out, for a bug report' },
    },
    examples: [
      ['amp-session export --output amp.json', 'to carry to another workspace'],
      ['amp-session export --no-chats | less', 'to look at, or for a bug report'],
    ],
  },
  import: {
    summary: 'read what export wrote, into a key without a record',
    operands: '<file>',
    options: { ...common, 'dry-run': DRY_RUN },
    examples: [
      ['amp-session import amp.json', 'the key that was exported'],
      ['amp-session import amp.json --key docs', 'under another key'],
    ],
  },
  completion: {
    summary: 'the completions of a shell: bash, zsh or fish',
    operands: '<shell>',
    options: {},
    choices: ['bash', 'zsh', 'fish'],
    examples: [
      ['source <(amp-session completion bash)', 'in ~/.bashrc; zsh alike'],
      ['amp-session completion fish | source', 'in fish'],
    ],
  },
} as const satisfies { [name: string]: CommandSpec };

/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;
