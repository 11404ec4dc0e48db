import { text as readAll } from 'node:stream/consumers';
import { isTerminalIdentity } from './agent/terminal-identity.ts';
import { checkModuleCommand, forScripts, isModuleCommand, type ModuleCommandName } from './cli/module.ts';
import { runCommand } from './commands/run.ts';
import { readInstallConfig } from './environment/install.ts';
import { EnvironmentError } from './environment/parse.ts';
import { readEnding, readStartConfig } from './environment/start.ts';
import { configure } from './settings/configure.ts';
import { deliver } from './start/deliver.ts';
import { formatPlan } from './start/launch-plan.ts';
import { prepare } from './start/prepare.ts';
import { settle } from './start/settle.ts';
import { EXIT, Refusal } from './system/exit.ts';
import { explain, say } from './system/report.ts';
import { print } from './terminal/output.ts';

/**
 * Runs one command, given either by the module's scripts or by a person.
 * @returns the exit code.
 */
async function main(argv: readonly string[]): Promise<number> {
  // Set by the launcher to become this program inside Amp's executable; `amp` itself must not inherit it.
  delete process.env['BUN_BE_BUN'];
  // Run by the agent itself, an `amp` of ours must not write in the record of the agent's terminal.
  if (isTerminalIdentity(process.env['TERM_SESSION_ID'])) delete process.env['TERM_SESSION_ID'];
  // Bun sends even loopback through a proxy.
  process.env['NO_PROXY'] = [process.env['NO_PROXY'] ?? process.env['no_proxy'], 'localhost', '127.0.0.1']
    .filter(Boolean)
    .join(',');
  const [command, ...rest] = argv;
  if (!isModuleCommand(command)) return runCommand(argv);
  const help = checkModuleCommand(command, rest);
  if (help !== null) {
    print(help);
    return EXIT.ok;
  }
  try {
    return await runModuleCommand(command, rest);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new Refusal(EXIT.usage, `Nothing was done: ${error.message} ${forScripts(command)}`);
  }
}

/** @throws EnvironmentError without the environment that the module's scripts set. */
async function runModuleCommand(command: ModuleCommandName, words: readonly string[]): Promise<number> {
  switch (command) {
    case 'prepare':
      return runPrepare();
    case 'deliver':
      await deliver(readStartConfig(process.env), await readAll(process.stdin));
      return EXIT.ok;
    case 'settle': {
      const { status, seconds } = readEnding(words);
      return (await settle(readStartConfig(process.env), status, seconds)) ? EXIT.ok : EXIT.stop;
    }
    case 'configure':
      return configure(readInstallConfig(process.env)) ? EXIT.ok : EXIT.failed;
  }
}

async function runPrepare(): Promise<number> {
  const config = readStartConfig(process.env);
  const plan = await prepare(config, await readAll(process.stdin));
  if (plan.kind === 'refuse') say(`The agent is not started: ${plan.why}.`);
  process.stdout.write(formatPlan(plan));
  return EXIT.ok;
}

// On a full volume a log can't be written either; that must not end a start (invariant I9).
process.stderr.on('error', () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(explain(error));
  process.exitCode = error instanceof Refusal ? error.exitCode : EXIT.failed;
}
