import { describe, expect, it } from 'vitest';
import { promptSha256 } from '../../../shim/prompt/identity.ts';
import { mayHavePrompt } from '../../../shim/prompt/plan.ts';
import type { PromptRecord } from '../../../shim/store/thread-record.ts';
import { A, B, threadRecord } from '../../support/thread-record.ts';

const sha256 = promptSha256('look around');

describe('whether the record alone shows that a start has nothing to give', () => {
  it.each<[string, string, PromptRecord[], boolean]>([
    ['no prompt', ' \n', [], false],
    ['one that it has', 'look around', [{ sha256, state: 'delivered' }], false],
    ['one that was not for it', 'look around', [{ sha256, state: 'waived' }], false],
    ['one that may have arrived', 'look around', [{ sha256, state: 'handed' }], true],
    ['another one', 'look again', [{ sha256, state: 'delivered' }], true],
  ])('%s', (_, prompt, prompts, expected) => {
    expect(mayHavePrompt(threadRecord(A, { prompts }), prompt)).toBe(expected);
  });

  it('a fork has its own first one to come', () => {
    expect(mayHavePrompt(threadRecord(A, { origin: 'forked', parent: B }), '')).toBe(true);
  });
});
