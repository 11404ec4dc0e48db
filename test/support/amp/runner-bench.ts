import { onTestFinished, vi } from 'vitest';
import { HANG_MS } from '../limits.ts';
import { type RealAmp, realAmp } from './real-run.ts';
import { type RealRunner, startRunner } from './runner.ts';
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
  const started: RealRunner[] = [];
  onTestFinished(async () => {
    for (const runner of started) {
      runner.kill('SIGKILL');
      await runner.ended;
    }
    await amp.close();
  });
  const run: RunnerBench['run'] = (args = [], env = {}) => {
    const runner = startRunner(amp, args, env);
    started.push(runner);
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
    ranIn: async (id) => {
      const before = said(id)?.length ?? 0;
      amp.server.say(id, 'run: pwd');
      await vi.waitFor(
        () => {
          if (said(id)?.length !== before + 2) throw new Error(`no answer in ${JSON.stringify(said(id))}`);
        },
        { timeout: HANG_MS },
      );
      return said(id)?.at(-1) ?? '';
    },
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
