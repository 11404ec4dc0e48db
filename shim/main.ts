import { isModuleCommand } from './cli/module.ts';
import { EXIT } from './system/exit.ts';
import { isRuntimeEnough, RUNTIME_QUESTION, runtimeAnswer } from './system/runtime.ts';

const [command] = process.argv.slice(2);
// Each of the two is a file of its own in the bundle, so that neither loads what only the other needs.
if (command !== RUNTIME_QUESTION) {
  void (isModuleCommand(command) ? import('./start.ts') : import('./commands.ts'));
} else if (isRuntimeEnough(process.versions)) {
  process.stdout.write(runtimeAnswer(process.execPath));
} else {
  process.exitCode = EXIT.failed;
}
