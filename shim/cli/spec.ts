import { ALL, COMMON, CUT_OFF, DRY_RUN, FORCE, KEY, NO_INPUT, NOW, type OptionSpec, YES } from './options.ts';

/** The command line of a command; what the command does is in shim/commands. */
export type CommandSpec = {
  readonly summary: string;
  /** Its positional arguments, such as `[<thread>]`. */
  readonly operands?: string;
  /** Further details, for the command's own help. */
  readonly about?: string;
  readonly options: { readonly [name: string]: OptionSpec };
  /** Command lines that work as they stand, and what each one does. */
  readonly examples: readonly (readonly [string, string])[];
  /** What a person is asked on a terminal who names no thread; the list of threads follows. */
  readonly asks?: string;
  /** Whether a shell completes the positional arguments as threads. */
  readonly completesThreads?: boolean;
  /** The allowed values of the positional arguments, where they are fixed. */
  readonly choices?: readonly string[];
};

/** Every command, in the order in which the help lists them. */
export const COMMANDS = {
  status: {
    summary: 'show which thread the agent is in, since when and why',
    options: {
      ...COMMON,
      line: { type: 'boolean', about: "print one short line, for Coder's dashboard" },
    },
    examples: [
      ['amp-session status', "this workspace's thread"],
      ['amp-session status --line', "for the metadata of a template's coder_agent"],
      ['amp-session status --json --key telegram:652', 'another key, for a program'],
    ],
  },
  list: {
    summary: 'list the threads of a key, most recently used first',
    options: {
      ...COMMON,
      all: ALL,
      limit: { type: 'string', short: 'l', value: '<n>', about: 'show at most <n> per key (default: 20)' },
      remote: { type: 'boolean', about: 'fetch titles from Amp first' },
    },
    examples: [
      ['amp-session list --all', 'the threads of every key'],
      ['amp-session list --limit 1 | cut -f1', 'the ID of the most recently used thread'],
    ],
  },
  show: {
    summary: 'show everything known about a thread',
    operands: '[<thread>]',
    options: {
      ...COMMON,
      messages: {
        type: 'string',
        short: 'm',
        value: '[<n>]',
        alone: '10',
        about: 'show its last <n> messages instead (default: 10)',
      },
      markdown: { type: 'boolean', about: 'print the whole conversation instead, as Markdown' },
      remote: { type: 'boolean', about: 'ask Amp for its title and what it has cost' },
    },
    examples: [
      ['amp-session show', "this workspace's thread"],
      ['amp-session show T-0c5fa1 --messages 4', 'what was said last in another thread'],
      ['amp-session show --markdown >thread.md', 'the conversation, to keep or to read'],
    ],
    completesThreads: true,
  },
  search: {
    summary: 'find threads of a key by what was said in them',
    operands: '<words>...',
    about:
      "Asks Amp, which searches its account's threads, and shows those of this workspace. The query may use what 'amp threads search --help' names, such as file:src/login.ts.",
    options: { ...COMMON, all: ALL },
    examples: [
      ['amp-session search login redirect', 'threads that have both words'],
      ['amp-session search --all \'"race condition"\'', 'the threads of every key that have this phrase'],
    ],
  },
  open: {
    summary: "print the address of a thread's page, as a link",
    operands: '[<thread>]',
    options: COMMON,
    examples: [
      ['amp-session open', "the page of this workspace's thread"],
      ["amp-session open 'login page'", 'the page of the thread with that name'],
    ],
    completesThreads: true,
  },
  logs: {
    summary: 'print the end of the logs of a key',
    options: { key: KEY, follow: { type: 'boolean', short: 'f', about: 'go on with what is added' } },
    examples: [
      ['amp-session logs', 'how Amp was installed, and how the agent was started'],
      ['amp-session logs --follow', 'while something is going on'],
    ],
  },
  continue: {
    summary: 'open a thread in this terminal',
    operands: '[<thread>]',
    about:
      'Attaches to the running agent if it is in that thread; otherwise opens the thread in Amp, in its own work folder. A thread that is already open elsewhere is refused, so that it never has two writers.',
    options: { key: KEY, force: FORCE },
    examples: [
      ['amp-session continue', "this workspace's thread"],
      ["amp-session continue 'login page'", 'the thread with that name'],
    ],
    completesThreads: true,
  },
  send: {
    summary: "send one message to the key's thread and print the answer",
    operands: '[<text>]',
    about:
      'Without <text>, reads the message from standard input. A new key gets its own thread first. Messages to the same key queue up and are sent in order.',
    options: {
      ...COMMON,
      'stream-json': { type: 'boolean', about: "print Amp's own events instead, one JSON object per line" },
    },
    examples: [
      [
        "amp-session send --key telegram:652 'What is the weather in Rome?'",
        'one message from a chat bridge',
      ],
      ['git diff | amp-session send --key review', 'the message comes from standard input'],
    ],
  },
  new: {
    summary: 'use a new thread from the next start on',
    options: {
      ...COMMON,
      name: { type: 'string', value: '<name>', about: 'name for the new thread' },
      now: NOW,
      'dry-run': DRY_RUN,
      yes: CUT_OFF,
    },
    examples: [
      ['amp-session new --now', 'switch the running agent to a new thread'],
      ["amp-session new --name 'login page'", 'a named thread for the next start'],
    ],
  },
  use: {
    summary: 'use another thread from the next start on',
    operands: '<thread>',
    asks: 'Which thread is to be used?',
    options: { ...COMMON, now: NOW, 'no-input': NO_INPUT, 'dry-run': DRY_RUN, yes: CUT_OFF },
    examples: [
      ['amp-session use T-0c5fa1 --now', 'switch the running agent to it'],
      [
        'amp-session use T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c',
        'a thread from the web or another workspace; a URL works too',
      ],
    ],
    completesThreads: true,
  },
  fork: {
    summary: 'continue a thread in a new one that refers to it',
    operands: '[<thread>]',
    options: {
      ...COMMON,
      name: { type: 'string', value: '<name>', about: 'name for the new thread' },
      now: NOW,
      'dry-run': DRY_RUN,
      yes: CUT_OFF,
    },
    examples: [
      ['amp-session fork --now', "continue in a child of the running agent's thread"],
      [
        "amp-session fork 'login page' --name 'login, second try'",
        'a child of that thread, for the next start',
      ],
    ],
    completesThreads: true,
  },
  rename: {
    summary: 'name a thread, or remove its name',
    operands: '<thread> [<name>]',
    asks: 'Which thread is to be renamed?',
    options: {
      ...COMMON,
      clear: { type: 'boolean', about: 'remove the name' },
      'no-input': NO_INPUT,
      'dry-run': DRY_RUN,
    },
    examples: [
      ["amp-session rename T-0c5fa1 'login page'", 'refer to it by this name from now on'],
      ["amp-session rename 'login page' --clear", 'remove the name'],
    ],
    completesThreads: true,
  },
  forget: {
    summary: 'remove a thread from the list; Amp keeps it',
    operands: '<thread>',
    asks: 'Which thread is to be forgotten?',
    about:
      'Refuses the active thread and threads with an undelivered prompt. Everything known about the thread is archived first.',
    options: {
      ...COMMON,
      delete: { type: 'boolean', about: 'also delete the thread at Amp; this cannot be undone' },
      'no-input': NO_INPUT,
      'dry-run': DRY_RUN,
      yes: YES,
    },
    examples: [
      ['amp-session forget T-0c5fa1', 'ask, then remove it from the list'],
      ['amp-session forget T-0c5fa1 --delete --yes', 'also delete it at Amp, without asking'],
    ],
    completesThreads: true,
  },
  cleanup: {
    summary: 'forget threads that have not been used for a while',
    about:
      "Keeps the active thread, threads with an undelivered prompt, and the most recently used ones. Everything known about the others is archived first. With --processes, it forgets nothing: it ends commands that outlived the agent or runner that started them; what the running one started isn't touched.",
    options: {
      ...COMMON,
      'older-than': { type: 'string', value: '<age>', about: 'age such as 30d, 12h or 8w (default: 30d)' },
      keep: { type: 'string', value: '<n>', about: 'always keep the <n> most recently used (default: 10)' },
      processes: { type: 'boolean', about: 'instead, end commands that outlived their Amp' },
      'dry-run': DRY_RUN,
      yes: YES,
    },
    examples: [
      ['amp-session cleanup --older-than 30d --dry-run', 'show what would be forgotten'],
      ['amp-session cleanup --older-than 8w --keep 50 --yes', 'for a nightly job'],
      [
        'amp-session cleanup --processes',
        'show what an earlier agent or runner left running, ask, and end it',
      ],
    ],
  },
  doctor: {
    summary: 'check the setup, and explain how to fix what is wrong',
    options: COMMON,
    examples: [
      ['amp-session doctor', 'every check, with a fix for each problem'],
      ['amp-session doctor --json', 'for programs; exits with 1 if something is wrong'],
    ],
  },
  export: {
    summary: 'write everything known about a key to a file',
    options: {
      key: KEY,
      output: {
        type: 'string',
        short: 'o',
        value: '<file>',
        about: 'output file (default: standard output)',
      },
      'no-chats': { type: 'boolean', about: 'leave out the conversations, for a bug report' },
    },
    examples: [
      ['amp-session export --output amp.json', 'to move to another workspace'],
      ['amp-session export --no-chats | less', 'to read, or for a bug report'],
    ],
  },
  import: {
    summary: 'read an exported file into a key that has no threads yet',
    operands: '<file>',
    options: { ...COMMON, 'dry-run': DRY_RUN },
    examples: [
      ['amp-session import amp.json', 'into the key it was exported from'],
      ['amp-session import amp.json --key docs', 'into another key'],
    ],
  },
  completion: {
    summary: 'print the completion script for bash, zsh or fish',
    operands: '<shell>',
    about:
      "The scripts ask 'amp-session completion threads' and 'amp-session completion keys' what there is to complete.",
    options: { key: KEY },
    choices: ['bash', 'zsh', 'fish'],
    examples: [
      ['source <(amp-session completion bash)', 'in ~/.bashrc; likewise for zsh'],
      ['amp-session completion fish | source', 'in fish'],
    ],
  },
} as const satisfies { [name: string]: CommandSpec };

/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;
