import type { ThreadId } from '../amp/thread-id.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { promptSha256 } from './identity.ts';

/**
 * The first prompt of a fork. Amp no longer has a fork command; it recommends a new thread that mentions the
 * old one (`@<thread>`, https://ampcode.com/manual#referencing-threads), so that the agent can read it.
 */
export function mentionOf(parent: ThreadId): string {
  return `This thread continues from @${parent}. Read that thread first.`;
}

/**
 * The first prompt that a thread has yet to receive, or null. Only forks have one of their own, and so do
 * threads that the agent moved to from a fork.
 */
export function pendingMention(record: ThreadRecord | null): string | null {
  const parent = record?.origin === 'forked' ? record.parent : (record?.mentions ?? null);
  if (record === null || parent === null) return null;
  const mention = mentionOf(parent);
  const sha256 = promptSha256(mention);
  const known = record.prompts.find((prompt) => prompt.sha256 === sha256);
  // A thread that the agent moved to may have received it in the fork's place; otherwise only the fork gets
  // one.
  if (known === undefined) return record.origin === 'forked' ? mention : null;
  return known.state === 'handed' ? mention : null;
}

/** Whether a thread has a prompt, given or pending, that is not known to have arrived. */
export function mayLackPrompt(record: ThreadRecord): boolean {
  return pendingMention(record) !== null || record.prompts.some(({ state }) => state === 'handed');
}
