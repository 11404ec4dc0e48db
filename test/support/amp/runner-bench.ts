import { onTestFinished } from 'vitest';
import { type RealAmp, realAmp } from './real-run.ts';
import { type RealRunner, ran, startRunner } from './runner.ts';
import { textOf } from './server.ts';

/** The name of the runner of a bench. */
export const NAME = 'coder.owner.workspace';

/** The real Amp, whose runners end with the test. */
export type RunnerBench = {
  readonly amp: RealAmp;
  /** Starts a runner. @param env variables besides the usual ones. */
  readonly run: (args?: readonly string[], env?: Readonly<Record<string, string | undefined>>) => RealRunner;
  /** Starts one and waits until it is registered; by default, under NAME. */
  readonly registered: (args?: readonly string[]) => Promise<RealRunner>;
  /** The texts in a thread at Amp's servers. */
  readonly said: (thread: string) => readonly string[] | undefined;
  /** Writes in a thread on Amp's site, and waits for what its runner's command printed. */
  readonly ranIn: (thread: string) => Promise<string>;
};

/** Makes a bench, which goes with the test. */
export async function runnerBench(): Promise<RunnerBench> {
  const amp = await realAmp();
  const run: RunnerBench['run'] = (args = [], env = {}) => {
    const runner = startRunner(amp, args, env);
    onTestFinished(async () => void (await stopped(runner, 'SIGKILL')));
    return runner;
  };
  const said: RunnerBench['said'] = (id) => amp.server.threads.get(id)?.messages.map(textOf);
  return {
    amp,
    run,
    registered: async (args = ['--runner-id', NAME]) => {
      const runner = run(args);
      await runner.until({ type: 'registered' });
      return runner;
    },
    said,
    ranIn: (id) => ran(amp.server, id, 'pwd'),
  };
}

/** Ends a runner. @returns its exit status, or null if the signal ended it. */
export async function stopped(
  runner: RealRunner,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  runner.kill(signal);
  return await runner.ended;
}
