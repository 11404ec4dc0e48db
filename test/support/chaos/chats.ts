import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAgentApiState } from '../../../shim/agentapi/state-file.ts';
import type { Session } from '../../../shim/store/session.ts';
import type { ReportOf, Run } from './run.ts';
import type { Violation } from './violation.ts';
import type { LightWorkspace } from './workspace.ts';

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

/**
 * Checks that every saved chat is still there, and holds nothing that was never typed in its thread.
 * @param session the record, as far as it says whose chat AgentAPI's own file holds.
 */
export function checkChats(
  { paths, stateFile, amp }: LightWorkspace,
  session: Pick<Session, 'chat' | 'chatMove'> | null,
  run: Run,
  savings: Savings,
): Violation[] {
  const aside = existsSync(paths.chats) ? readdirSync(paths.chats) : [];
  const files: (readonly [string, string | null])[] = [
    [stateFile, session?.chatMove === null ? session.chat : null],
    ...aside.map((name) => [join(paths.chats, name), /^T-[0-9a-f-]+/.exec(name)?.[0] ?? null] as const),
  ];
  const typedIn = (thread: string) => amp.together(thread).flatMap((id) => amp.typed(id));
  const violations: Violation[] = [];
  for (const [path, owner] of files) {
    const strange = owner === null ? [] : usersIn(path).filter((text) => !typedIn(owner).includes(text));
    if (strange.length > 0)
      violations.push({
        check: 'the chat follows the thread',
        detail: `${path}: ${strange} was never in ${owner}`,
      });
  }
  for (const { users, thread } of run.of('loaded')) {
    const typed = thread === null ? [] : typedIn(thread);
    const strange = users.filter((text) => !typed.includes(text));
    if (strange.length > 0)
      violations.push({ check: 'the chat follows the thread', detail: `${thread} came up with ${strange}` });
  }
  const everywhere = files.flatMap(([path]) => usersIn(path));
  const lost = savings.all.filter((text) => !everywhere.includes(text));
  if (lost.length > 0)
    violations.push({ check: 'no saved chat is lost', detail: `${lost} is in no file any more` });
  return violations;
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
