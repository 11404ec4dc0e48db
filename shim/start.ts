// What the module's scripts run.
import { checkModuleCommand, forScripts, type ModuleCommandName } from './cli/module.ts';
import { EnvironmentError } from './environment/error.ts';
import { runProgram } from './program.ts';
import { runConfigure } from './settings/run-configure.ts';
import { runRunnerStep } from './start/runner-steps.ts';
import { runStep } from './start/steps.ts';
import { EXIT, Refusal } from './system/exit.ts';
import { print } from './terminal/output.ts';

runProgram(async (argv) => {
  // main.ts has looked.
  const [command, ...words] = argv as [ModuleCommandName, ...string[]];
  const help = checkModuleCommand(command, words);
  if (help !== null) {
    print(help);
    return EXIT.ok;
  }
  try {
    return await runModuleCommand(command, words);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new Refusal(EXIT.usage, `Nothing was done: ${error.message} ${forScripts(command)}`);
  }
});

/** @throws EnvironmentError without the environment that the module's scripts set. */
function runModuleCommand(command: ModuleCommandName, words: readonly string[]): Promise<number> {
  if (command === 'configure') return runConfigure();
  if (command === 'prepare' || command === 'deliver' || command === 'settle') return runStep(command, words);
  return runRunnerStep(command, words);
}
