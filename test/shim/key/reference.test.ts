import { describe, expect, it } from 'vitest';
import { matchThread, shortened } from '../../../shim/key/reference.ts';
import { threadIdFrom, threadRecord } from '../../support/thread-record.ts';

const [A, B, C] = [threadIdFrom('aaaa1'), threadIdFrom('aaaa2'), threadIdFrom('bbbb1')] as const;

describe('thread references', () => {
  const threads = [threadRecord(A, { name: 'login' }), threadRecord(B, { name: 'aaaa' }), threadRecord(C)];
  const found = (words: string) => {
    const match = matchThread(threads, words);
    return match.kind === 'one' ? match.record.thread : match.kind;
  };

  it.each([
    [A, A],
    [A.toUpperCase(), A],
    [`https://ampcode.com/threads/${C}`, C],
    ['login', A],
    ['T-bbbb', C],
    ['bbb', C],
    ['T-aaaa1', A],
    ['T-aaaa', 'several'],
    // A name takes precedence over the beginning of an ID.
    ['aaaa', B],
    ['bb', 'none'],
    ['T-', 'none'],
    ['', 'none'],
    ['cccc', 'none'],
    [threadIdFrom('cccc'), 'none'],
    ['LOGIN', 'none'],
  ])('%s means %s', (words, thread) => {
    expect(found(words)).toBe(thread);
  });

  it('are short in a sentence for a person', () => {
    expect(shortened(`in place of ${A}: gone`)).toBe('in place of T-aaaa1000: gone');
  });
});
