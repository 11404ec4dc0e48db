import { isTerminalIdentity } from './agent/terminal-identity.ts';
import { takeFromLauncher } from './environment/launcher.ts';
import { EXIT, Refusal } from './system/exit.ts';
import { explain, say } from './system/report.ts';

/**
 * Runs this process's one command, and sets its exit status.
 * @param run the command: given the words after `amp-session`, it returns the exit code. What it throws is explained.
 */
export function runProgram(run: (argv: readonly string[]) => Promise<number>): void {
  takeFromLauncher(process.env);
  // Run by the agent itself, an `amp` of ours must not write in the record of the agent's terminal.
  if (isTerminalIdentity(process.env['TERM_SESSION_ID'])) delete process.env['TERM_SESSION_ID'];
  // Bun sends even loopback through a proxy.
  process.env['NO_PROXY'] = [process.env['NO_PROXY'] ?? process.env['no_proxy'], 'localhost', '127.0.0.1']
    .filter(Boolean)
    .join(',');
  run(process.argv.slice(2)).then(
    (exitCode) => {
      process.exitCode = exitCode;
    },
    (error: unknown) => {
      say(explain(error));
      process.exitCode = error instanceof Refusal ? error.exitCode : EXIT.failed;
    },
  );
}
