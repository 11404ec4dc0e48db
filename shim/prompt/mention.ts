import type { ThreadId } from '../amp/thread-id.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { promptSha256 } from './identity.ts';

/**
 * The first prompt of a fork. Amp has no fork of its own any more; its advice is a new thread that mentions the old one
 * (`@<thread>`, https://ampcode.com/manual#referencing-threads), which lets the agent read it.
 */
export function mentionOf(parent: ThreadId): string {
  return `This thread continues from @${parent}. Read that thread first.`;
}

/** The first prompt that a thread still has to be given, or null: only forks have one of their own. */
export function pendingMention(record: ThreadRecord | null): string | null {
  if (record === null || record.origin !== 'forked' || record.parent === null) return null;
  const mention = mentionOf(record.parent);
  const sha256 = promptSha256(mention);
  const settled = record.prompts.some((prompt) => prompt.sha256 === sha256 && prompt.state !== 'handed');
  return settled ? null : mention;
}

/** Whether a thread was, or may have been, given a prompt that nobody has seen arrive. */
export function mayLackPrompt(record: ThreadRecord): boolean {
  return pendingMention(record) !== null || record.prompts.some(({ state }) => state === 'handed');
}
