import { text as readAll } from 'node:stream/consumers';
import { readEnding, readStartConfig } from '../environment/start.ts';
import { EXIT } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { deliver } from './deliver.ts';
import { formatPlan } from './launch-plan.ts';
import { prepare } from './prepare.ts';
import { settle } from './settle.ts';

/** What the start script asks for, one process each. */
export type Step = 'prepare' | 'deliver' | 'settle';

/**
 * Runs one step of a start.
 * @param args what follows the step's name on the command line.
 * @returns the exit code.
 * @throws EnvironmentError
 */
export async function runStep(step: Step, args: readonly string[]): Promise<number> {
  const config = readStartConfig(process.env);
  switch (step) {
    case 'prepare': {
      const plan = await prepare(config, await readAll(process.stdin));
      if (plan.kind === 'refuse') say(`The agent is not started: ${plan.why}.`);
      process.stdout.write(formatPlan(plan));
      return EXIT.ok;
    }
    case 'deliver':
      await deliver(config, await readAll(process.stdin));
      return EXIT.ok;
    case 'settle': {
      const { status, seconds } = readEnding(args);
      return (await settle(config, status, seconds)) ? EXIT.ok : EXIT.stop;
    }
  }
}
