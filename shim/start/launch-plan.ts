import type { HandOver } from '../prompt/decide.ts';
import type { PlannedPrompt } from '../prompt/plan.ts';

/** What the start script is told: how to start the agent, or not to. */
export type LaunchPlan =
  | {
      readonly kind: 'launch';
      readonly prompt: PlannedPrompt;
      /**
       * Whether AgentAPI loads and saves its chat; not when the chat on the volume belongs to another thread.
       */
      readonly keepChat: boolean;
      /** The TERM_SESSION_ID that the agent has to itself; null to leave its environment as it is. */
      readonly terminal: string | null;
      readonly handOver: HandOver;
      /** Arguments that follow `amp` and its global options. */
      readonly agentArgs: readonly string[];
    }
  | { readonly kind: 'refuse'; readonly why: string };

/** The last word of a plan; without it the start script treats the plan as truncated. */
const END = { launch: 'end', refuse: 'refuse' } as const;

/** Formats a plan for start.sh as NUL-terminated words, which may contain any other byte. */
export function formatPlan(plan: LaunchPlan): string {
  const words =
    plan.kind === 'launch'
      ? [
          promptWord(plan.prompt),
          plan.keepChat ? 'chat' : 'no-chat',
          ...(plan.terminal === null ? [] : [`terminal=${plan.terminal}`]),
          ...(plan.handOver === 'typed' && plan.prompt !== 'none' ? ['typed'] : []),
          ...plan.agentArgs,
        ]
      : [];
  return [...words, END[plan.kind]].map((word) => `${word}\0`).join('');
}

function promptWord(prompt: PlannedPrompt): string {
  return typeof prompt === 'string' ? prompt : `text=${prompt.text}`;
}

/** How the agent is launched, in whichever thread. */
export type LaunchOptions = Omit<LaunchPlan & { readonly kind: 'launch' }, 'kind' | 'handOver' | 'agentArgs'>;

/** The agent in a thread of its own making, which Amp opens with the first message. */
export function launchFresh(options: LaunchOptions): LaunchPlan {
  return { kind: 'launch', ...options, handOver: 'on stdin', agentArgs: [] };
}

/** The agent in this thread. */
export function launchIn(thread: string, handOver: HandOver, options: LaunchOptions): LaunchPlan {
  return { kind: 'launch', ...options, handOver, agentArgs: ['threads', 'continue', thread] };
}
