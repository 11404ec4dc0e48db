import { existsSync, readFileSync } from 'node:fs';
import { parseAgentApiState } from '../../../shim/agentapi/state-file.ts';
import type { ReportOf, Run } from './run.ts';

/** What AgentAPI has saved as the chat of each thread: from then on it may not be lost. */
export class Savings {
  readonly #users = new Map<string, readonly string[]>();

  /** Notes a saved chat. One that was saved before the agent was ready is none: AgentAPI had loaded nothing by then. */
  add({ users, thread, ready }: ReportOf<'saved'>): void {
    if (ready && thread !== null) this.#users.set(thread, users);
  }

  /** What the user had said in a thread when it was saved last. */
  of(thread: string): readonly string[] {
    return this.#users.get(thread) ?? [];
  }

  /** What the user had said in any of them. */
  get all(): string[] {
    return [...this.#users.values()].flat();
  }
}

/** What the user says in a saved chat; nothing when there is none. */
export function usersIn(path: string): string[] {
  const state = existsSync(path) ? parseAgentApiState(readFileSync(path, 'utf8')) : null;
  return (state?.messages ?? []).filter(({ role }) => role === 'user').map(({ message }) => message);
}

/** How many AgentAPIs lived at the same time, at most. */
export function mostAtOnce(run: Run): number {
  let alive = 0;
  let most = 0;
  for (const { at } of run.reports) {
    if (at === 'up') most = Math.max(most, ++alive);
    if (at === 'down') alive--;
  }
  return most;
}
