import type { PlannedPrompt } from '../prompt/plan.ts';

/** What scripts/runner.sh is told: how to start Amp's runner, or not to, for now or for good. */
export type RunnerPlan =
  | {
      readonly kind: 'launch';
      /** Given to the key's thread once the runner is in it. */
      readonly prompt: PlannedPrompt;
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
      const prompt = typeof plan.prompt === 'string' ? plan.prompt : `text=${plan.prompt.text}`;
      return ['launch', plan.events, plan.printed, prompt, ...plan.args];
    }
    case 'wait':
      return ['wait', String(plan.seconds), plan.until ?? ''];
    case 'refuse':
      return ['refuse'];
  }
}
