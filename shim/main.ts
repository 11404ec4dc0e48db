import { readFileSync, writeFileSync } from 'node:fs';
import { runCommand } from './cli/run.ts';
import { configure } from './commands/configure.ts';
import { prepare } from './commands/prepare.ts';
import { settle } from './commands/settle.ts';
import { readEnding, readInstallConfig, readStartConfig } from './environment.ts';
import { formatPlan } from './start/launch-plan.ts';
import { EXIT, Refusal } from './system/exit.ts';
import { reasonOf, say } from './system/report.ts';

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;

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
  // Both ends are pipes of the start script; the streams of `process` would take Bun 10 ms more.
  const plan = await prepare(config, readFileSync(STANDARD_INPUT, 'utf8'));
  if (plan.kind === 'refuse') say(`The agent is not started: ${plan.why}.`);
  writeFileSync(STANDARD_OUTPUT, formatPlan(plan));
  return EXIT.ok;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(reasonOf(error));
  process.exitCode = error instanceof Refusal ? error.exitCode : EXIT.failed;
}
