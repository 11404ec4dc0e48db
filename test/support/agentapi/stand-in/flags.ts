import { parseArgs } from 'node:util';
import { Refusal } from './refusal.ts';

/** The options of `agentapi server`, from its flags or, if a flag is absent, from AGENTAPI_… variables. */
export type Settings = {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  /** In characters. */
  readonly width: number;
  readonly height: number;
  /** Empty if none was given; standard input may then contain one. */
  readonly initialPrompt: string;
  readonly stateFile: string;
  readonly loadState: boolean;
  readonly saveState: boolean;
  readonly pidFile: string;
  readonly allowedHosts: readonly string[];
};

const FLAGS = {
  type: { type: 'string', short: 't' },
  port: { type: 'string', short: 'p' },
  'term-width': { type: 'string', short: 'W' },
  'term-height': { type: 'string', short: 'H' },
  'initial-prompt': { type: 'string', short: 'I' },
  'state-file': { type: 'string', short: 's' },
  'load-state': { type: 'boolean' },
  'save-state': { type: 'boolean' },
  'pid-file': { type: 'string' },
  'allowed-hosts': { type: 'string', short: 'a' },
  // Accepted without effect: the stand-in serves no chat page.
  'chat-base-path': { type: 'string', short: 'c' },
  'allowed-origins': { type: 'string', short: 'o' },
} as const;

/**
 * Reads the arguments after `agentapi server`. Source: cmd/server/server.go of coder/agentapi v0.12.1.
 * @throws Refusal for what AgentAPI refuses, and for any agent but Amp.
 */
export function parseSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  // Not strict, where `--load-state=false` would be an error.
  const { values, positionals } = parseArgs({
    args: [...args],
    options: FLAGS,
    allowPositionals: true,
    strict: false,
  });
  const unknown = Object.keys(values).find((name) => !(name in FLAGS));
  if (unknown !== undefined) throw new Refusal(`unknown flag: --${unknown}`);

  // An empty variable counts as unset.
  const given = (name: keyof typeof FLAGS): string | undefined =>
    values[name]?.toString() ?? (env[`AGENTAPI_${name.toUpperCase().replaceAll('-', '_')}`] || undefined);

  const [command, ...rest] = positionals;
  if (command === undefined) throw new Refusal('requires at least 1 arg(s), only received 0');
  refuseOtherAgents(given('type') ?? command);
  const stateFile = given('state-file') ?? '';
  return {
    command,
    args: rest,
    port: Number(given('port') ?? 3284),
    width: terminalSize('width', given('term-width') ?? '80'),
    height: terminalSize('height', given('term-height') ?? '1000'),
    initialPrompt: given('initial-prompt') ?? '',
    stateFile,
    loadState: stateFlag('load-state', given('load-state'), stateFile),
    saveState: stateFlag('save-state', given('save-state'), stateFile),
    pidFile: given('pid-file') ?? '',
    // Separated by commas in a flag, by spaces in a variable.
    allowedHosts: given('allowed-hosts')?.split(/[,\s]+/) ?? ['localhost', '127.0.0.1', '[::1]'],
  };
}

function refuseOtherAgents(type: string): void {
  if (type !== 'amp') throw new Refusal('failed to parse agent type', `invalid agent type: ${type}`);
}

function terminalSize(side: 'width' | 'height', text: string): number {
  const size = Number(text);
  if (!(size >= 10)) throw new Refusal(`term ${side} must be at least 10`);
  return size;
}

function stateFlag(name: string, text: string | undefined, stateFile: string): boolean {
  const on = text === undefined ? stateFile !== '' : /^(1|t|true)$/i.test(text);
  if (on && stateFile === '') throw new Refusal(`--${name} requires --state-file to be set`);
  return on;
}
