import type { ThreadId } from '../amp/thread-id.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { promptSha256 } from './identity.ts';

/**
 * The first prompt of a fork. Amp no longer has a fork command; its advice is a new thread that mentions the
 * old one (`@<thread>`, https://ampcode.com/manual#referencing-threads), which lets the agent read it.
 */
export function mentionOf(parent: ThreadId): string {
  return `This thread continues from @${parent}. Read that thread first.`;
}

/** The first prompt that a thread still has to be given, or null: only forks have one of their own,
 * and the threads that an agent moved to from there. */
export function pendingMention(record: ThreadRecord | null): string | null {
  const parent = record?.origin === 'forked' ? record.parent : (record?.mentions ?? null);
  if (record === null || parent === null) return null;
  const mention = mentionOf(parent);
  const sha256 = promptSha256(mention);
  const known = record.prompts.find((prompt) => prompt.sha256 === sha256);
  // A thread that the agent moved to may have got it in place of the fork; one that it never went to has none
  // to get.
  if (known === undefined) return record.origin === 'forked' ? mention : null;
  return known.state === 'handed' ? mention : null;
}

/** Whether a thread was, or may have been, given a prompt that nobody has seen arrive. */
export function mayLackPrompt(record: ThreadRecord): boolean {
  return pendingMention(record) !== null || record.prompts.some(({ state }) => state === 'handed');
}
