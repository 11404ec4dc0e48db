import { parseArgs } from 'node:util';
import { configure } from './commands/configure.ts';
import { prepare } from './commands/prepare.ts';
import { settle } from './commands/settle.ts';
import { formatStatus, statusOf } from './commands/status.ts';
import { readBaseConfig, readEnding, readInstallConfig, readStartConfig } from './environment.ts';
import { formatPlan } from './start/launch-plan.ts';
import { reasonOf, say } from './system/report.ts';

const USAGE = `Usage: amp-session <command>

Keeps the Amp thread of this workspace across restarts.

  status [--json] [--key <key>]   which thread the agent is in, since when, and whether it runs

For the module's own scripts:
  prepare                         find and record the thread of a start; prints the launch plan
  settle <status> <seconds>       the agent has ended: exit 0 to start it again
  configure                       merge Amp's settings
`;

class UsageError extends Error {}

/** Exit codes, as in sysexits(3) where there is one. */
const EXIT = { ok: 0, failed: 1, stop: 3, usage: 64 } as const;

/**
 * Runs one command.
 * @returns the exit code.
 */
async function main(argv: readonly string[]): Promise<number> {
  // Set by the launcher to become this program inside Amp's executable; `amp` itself must not inherit it.
  delete process.env['BUN_BE_BUN'];
  const { values, positionals } = parseWords(argv);
  const [command, ...rest] = positionals;
  if (values.help) return print(USAGE);
  switch (command) {
    case 'prepare':
      return runPrepare();
    case 'settle': {
      const { status, seconds } = readEnding(rest);
      return (await settle(readStartConfig(process.env), status, seconds)) ? EXIT.ok : EXIT.stop;
    }
    case 'configure':
      return configure(readInstallConfig(process.env)) ? EXIT.ok : EXIT.failed;
    case 'status': {
      const config = readBaseConfig(process.env);
      const status = statusOf({ ...config, key: values.key ?? config.key });
      return print(values.json ? `${JSON.stringify(status)}\n` : formatStatus(status));
    }
    default:
      process.stderr.write(USAGE);
      return EXIT.usage;
  }
}

/** @throws UsageError for an option that there is not. */
function parseWords(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, key: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(`${reasonOf(error)} See 'amp-session --help'.`);
  }
}

async function runPrepare(): Promise<number> {
  const config = readStartConfig(process.env);
  const plan = await prepare(config, await readStandardInput());
  if (plan.kind === 'refuse') say(`The agent is not started: ${plan.why}.`);
  return print(formatPlan(plan));
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(reasonOf(error));
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
}
