import { isTerminalIdentity } from './agent/terminal-identity.ts';
import { checkModuleCommand, forScripts, isModuleCommand, type ModuleCommandName } from './cli/module.ts';
import { EnvironmentError } from './environment/error.ts';
import { takeFromLauncher } from './environment/launcher.ts';
import { EXIT, Refusal } from './system/exit.ts';
import { explain, say } from './system/report.ts';
import { isRuntimeEnough, RUNTIME_QUESTION, runtimeAnswer } from './system/runtime.ts';
import { print } from './terminal/output.ts';

/**
 * Runs one command, given either by the module's scripts or by a person.
 * @returns the exit code.
 */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === RUNTIME_QUESTION) {
    if (!isRuntimeEnough(process.versions)) return EXIT.failed;
    process.stdout.write(runtimeAnswer(process.execPath));
    return EXIT.ok;
  }
  takeFromLauncher(process.env);
  // Run by the agent itself, an `amp` of ours must not write in the record of the agent's terminal.
  if (isTerminalIdentity(process.env['TERM_SESSION_ID'])) delete process.env['TERM_SESSION_ID'];
  // Bun sends even loopback through a proxy.
  process.env['NO_PROXY'] = [process.env['NO_PROXY'] ?? process.env['no_proxy'], 'localhost', '127.0.0.1']
    .filter(Boolean)
    .join(',');
  const [command, ...rest] = argv;
  if (!isModuleCommand(command)) {
    // Loaded only when asked for: a start needs none of the commands. build.mjs makes files of their own of these.
    const { runCommand } = await import('./commands/run.ts');
    return runCommand(argv);
  }
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
  if (command === 'configure') {
    const { runConfigure } = await import('./settings/run-configure.ts');
    return runConfigure();
  }
  if (command !== 'prepare' && command !== 'deliver' && command !== 'settle') {
    const { runRunnerStep } = await import('./start/runner-steps.ts');
    return runRunnerStep(command, words);
  }
  const { runStep } = await import('./start/steps.ts');
  return runStep(command, words);
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    say(explain(error));
    process.exitCode = error instanceof Refusal ? error.exitCode : EXIT.failed;
  },
);
