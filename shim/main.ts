import { runCommand } from './cli/run.ts';
import { configure } from './commands/configure.ts';
import { prepare } from './commands/prepare.ts';
import { settle } from './commands/settle.ts';
import { readEnding, readInstallConfig, readStartConfig } from './environment.ts';
import { formatPlan } from './start/launch-plan.ts';
import { EXIT, Refusal } from './system/exit.ts';
import { reasonOf, say } from './system/report.ts';

/**
 * Runs one command: one of the three that the module's scripts give, or one that a person does.
 * @returns the exit code.
 */
async function main(argv: readonly string[]): Promise<number> {
  // Set by the launcher to become this program inside Amp's executable; `amp` itself must not inherit it.
  delete process.env['BUN_BE_BUN'];
  // Bun sends even loopback through a proxy.
  process.env['NO_PROXY'] = [process.env['NO_PROXY'] ?? process.env['no_proxy'], 'localhost', '127.0.0.1']
    .filter(Boolean)
    .join(',');
  const [command, ...rest] = argv;
  switch (command) {
    case 'prepare':
      return runPrepare();
    case 'settle': {
      const { status, seconds } = readEnding(rest);
      return (await settle(readStartConfig(process.env), status, seconds)) ? EXIT.ok : EXIT.stop;
    }
    case 'configure':
      return configure(readInstallConfig(process.env)) ? EXIT.ok : EXIT.failed;
    default:
      return runCommand(argv);
  }
}

async function runPrepare(): Promise<number> {
  const config = readStartConfig(process.env);
  const plan = await prepare(config, await readStandardInput());
  if (plan.kind === 'refuse') say(`The agent is not started: ${plan.why}.`);
  process.stdout.write(formatPlan(plan));
  return EXIT.ok;
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

// A reader that has seen enough (`amp-session list | head -1`) is no failure.
process.stdout.on('error', () => process.exit(EXIT.ok));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(reasonOf(error));
  process.exitCode = error instanceof Refusal ? error.exitCode : EXIT.failed;
}
