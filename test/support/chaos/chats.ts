import { existsSync, readFileSync } from 'node:fs';
import { parseAgentApiState } from '../../../shim/agentapi/state-file.ts';
import type { ReportOf, Run } from './run.ts';

/** What AgentAPI has saved as each thread's chat, and must not be lost from then on. */
export class Savings {
  readonly #users = new Map<string, readonly string[]>();

  /**
   * Notes a saved chat. One saved before the agent was ready doesn't count: AgentAPI had loaded nothing by
   * then.
   */
  add({ users, thread, ready }: ReportOf<'saved'>): void {
    if (ready && thread !== null) this.#users.set(thread, users);
  }

  /** The user messages in a thread when it was last saved. */
  of(thread: string): readonly string[] {
    return this.#users.get(thread) ?? [];
  }

  /** The user messages in all of them. */
  get all(): string[] {
    return [...this.#users.values()].flat();
  }
}

/** The user messages in a saved chat, empty if there is none. */
export function usersIn(path: string): string[] {
  const state = existsSync(path) ? parseAgentApiState(readFileSync(path, 'utf8')) : null;
  return (state?.messages ?? []).filter(({ role }) => role === 'user').map(({ message }) => message);
}

/** The highest number of AgentAPIs that ran at the same time. */
export function mostAtOnce(run: Run): number {
  let alive = 0;
  let most = 0;
  for (const { at } of run.reports) {
    if (at === 'up') most = Math.max(most, ++alive);
    if (at === 'down') alive--;
  }
  return most;
}
