import type { PlannedPrompt } from '../prompt/plan.ts';

/** A prompt for the key's thread; or `check`: Amp was not asked about the thread, and the runner is to say if it has it. */
export type OnceRegistered = PlannedPrompt | 'check';

/** What scripts/runner.sh is told: how to start Amp's runner, or not to, for now or for good. */
export type RunnerPlan =
  | {
      readonly kind: 'launch';
      /** What else there is to do once the runner is registered. */
      readonly then: OnceRegistered;
      /** The file for what the runner reports. */
      readonly events: string;
      /** The file for what it prints besides. */
      readonly printed: string;
      /** Arguments that follow `amp` and its global options. */
      readonly args: readonly string[];
    }
  | {
      readonly kind: 'wait';
      readonly seconds: number;
      /** A file whose change ends the waiting early; null for none. */
      readonly until: string | null;
    }
  | { readonly kind: 'refuse' };

/** Formats a plan for runner.sh as NUL-terminated words, the last of which is `end`. */
export function formatRunnerPlan(plan: RunnerPlan): string {
  return [...wordsOf(plan), 'end'].map((word) => `${word}\0`).join('');
}

function wordsOf(plan: RunnerPlan): readonly string[] {
  switch (plan.kind) {
    case 'launch': {
      const then = typeof plan.then === 'string' ? plan.then : `text=${plan.then.text}`;
      return ['launch', plan.events, plan.printed, then, ...plan.args];
    }
    case 'wait':
      return ['wait', String(plan.seconds), plan.until ?? ''];
    case 'refuse':
      return ['refuse'];
  }
}
