import type { PlannedPrompt } from '../prompt/choose.ts';

/** What the start script is told: start the agent like this, or leave it. */
export type LaunchPlan =
  | {
      readonly kind: 'launch';
      readonly prompt: PlannedPrompt;
      /** Whether AgentAPI loads and saves its chat; not for a thread that the chat on the volume does not belong to. */
      readonly keepChat: boolean;
      /** The TERM_SESSION_ID that the agent has to itself; null to leave its environment as it is. */
      readonly terminal: string | null;
      /** Arguments that follow `amp` and its global options. */
      readonly agentArgs: readonly string[];
    }
  | { readonly kind: 'refuse'; readonly why: string };

/** Last word of a plan; without one of them the start script takes the plan for cut short. */
const END = { launch: 'end', refuse: 'refuse' } as const;

/**
 * The form in which start.sh reads a plan: words that each end with a NUL byte, so that no byte of any
 * of them can be taken for anything else.
 */
export function formatPlan(plan: LaunchPlan): string {
  const words =
    plan.kind === 'launch'
      ? [
          promptWord(plan.prompt),
          plan.keepChat ? 'chat' : 'no-chat',
          ...(plan.terminal === null ? [] : [`terminal=${plan.terminal}`]),
          ...plan.agentArgs,
        ]
      : [];
  return [...words, END[plan.kind]].map((word) => `${word}\0`).join('');
}

function promptWord(prompt: PlannedPrompt): string {
  return typeof prompt === 'string' ? prompt : `text=${prompt.text}`;
}

/** The agent in a thread of its own making. */
export function launchFresh(prompt: PlannedPrompt, keepChat: boolean, terminal: string | null): LaunchPlan {
  return { kind: 'launch', prompt, keepChat, terminal, agentArgs: [] };
}

/** The agent in this thread. @param keepChat whether AgentAPI's state file holds this thread's chat. */
export function launchIn(
  thread: string,
  prompt: PlannedPrompt,
  keepChat: boolean,
  terminal: string,
): LaunchPlan {
  return { kind: 'launch', prompt, keepChat, terminal, agentArgs: ['threads', 'continue', thread] };
}
