import { describe, expect, it } from 'vitest';
import { promptSha256 } from '../../../shim/prompt/identity.ts';
import { mayLackPrompt, mentionOf, pendingMention } from '../../../shim/prompt/mention.ts';
import { threadIdFrom, threadRecord } from '../../support/thread-record.ts';

const [A, B] = [threadIdFrom('a'), threadIdFrom('b')] as const;

describe("a fork's first prompt", () => {
  const fork = threadRecord(B, { origin: 'forked', parent: A });
  const sha256 = promptSha256(mentionOf(A));

  it("mentions its parent in Amp's syntax", () => {
    expect(pendingMention(fork)).toContain(`@${A}`);
  });

  it.each([
    ['handed', true],
    ['delivered', false],
    ['waived', false],
  ] as const)('%s is waited for: %s', (state, pending) => {
    const given = { ...fork, prompts: [{ sha256, state }] };
    expect(pendingMention(given) !== null).toBe(pending);
    expect(mayLackPrompt(given)).toBe(pending);
  });

  it('is never what another thread has', () => {
    expect(pendingMention(threadRecord(A))).toBeNull();
    expect(pendingMention(null)).toBeNull();
  });
});
