import { text as readAll } from 'node:stream/consumers';
import { readBaseConfig } from '../environment/base.ts';
import { readRunnerConfig } from '../environment/runner.ts';
import { readEnding } from '../environment/start.ts';
import { sessionPaths } from '../store/paths.ts';
import { EXIT } from '../system/exit.ts';
import { checkOwnThread } from './runner-check.ts';
import { deliverToRunner } from './runner-deliver.ts';
import { formatRunnerPlan } from './runner-plan.ts';
import { prepareRunner } from './runner-prepare.ts';
import { settleRunner } from './runner-settle.ts';
import { stopRunner } from './runner-stop.ts';

/** What scripts/runner.sh asks for, one process each; the last is for scripts/stop.sh. */
export type RunnerStep =
  | 'runner-prepare'
  | 'runner-check'
  | 'runner-deliver'
  | 'runner-settle'
  | 'runner-stop';

/**
 * Runs one step of Amp's runner.
 * @param args what follows the step's name on the command line.
 * @returns the exit code.
 * @throws EnvironmentError
 */
export async function runRunnerStep(step: RunnerStep, args: readonly string[]): Promise<number> {
  if (step === 'runner-stop') {
    const { stateFolder, key } = readBaseConfig(process.env);
    await stopRunner(sessionPaths(stateFolder, key));
    return EXIT.ok;
  }
  const config = readRunnerConfig(process.env);
  switch (step) {
    case 'runner-prepare':
      process.stdout.write(formatRunnerPlan(await prepareRunner(config, await readAll(process.stdin))));
      return EXIT.ok;
    case 'runner-check':
      await checkOwnThread(config);
      return EXIT.ok;
    case 'runner-deliver':
      await deliverToRunner(config, await readAll(process.stdin));
      return EXIT.ok;
    case 'runner-settle':
      return (await settleRunner(config, readEnding(args).status)) ? EXIT.ok : EXIT.stop;
  }
}
