// What people run.
import { runCommand } from './commands/run.ts';
import { runProgram } from './program.ts';

runProgram(runCommand);
