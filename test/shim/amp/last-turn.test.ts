import { expect, it } from 'vitest';
import { lastTurnOf, type TurnMessage } from '../../../shim/amp/last-turn.ts';

const text = [{ type: 'text' }];
const user: TurnMessage = { role: 'user', content: text };
const answer = (state: TurnMessage['state'], content: TurnMessage['content'] = text): TurnMessage => ({
  role: 'assistant',
  content,
  state,
});

it.each<[string, readonly TurnMessage[], string]>([
  ['nothing said', [], 'none'],
  ['only a note', [{ role: 'info', content: text }], 'none'],
  ['a message without an answer', [user], 'open'],
  ['a message that its person interrupted', [{ ...user, interrupted: true }], 'ended'],
  ['an answer', [user, answer({ type: 'complete' })], 'ended'],
  ['an answer and a note', [user, answer({ type: 'complete' }), { role: 'info', content: text }], 'ended'],
  ['half an answer', [user, answer({ type: 'streaming' })], 'open'],
  ['a cancelled answer', [user, answer({ type: 'cancelled' })], 'ended'],
  ['an error', [user, answer({ type: 'error' })], 'ended'],
  ['a command to run', [user, answer({ type: 'complete' }, [...text, { type: 'tool_use' }])], 'open'],
  [
    'a command that has run',
    [
      user,
      answer({ type: 'complete' }, [{ type: 'tool_use' }]),
      { role: 'user', content: [{ type: 'tool_result' }] },
    ],
    'open',
  ],
  [
    'a command that its person has refused',
    [
      user,
      answer({ type: 'complete' }, [{ type: 'tool_use' }]),
      { role: 'user', content: [{ type: 'tool_result', run: { status: 'rejected-by-user' } }] },
    ],
    'ended',
  ],
  ['an answer of a version that says no more', [user, answer(undefined)], 'ended'],
])('%s', (_name, messages, turn) => {
  expect(lastTurnOf(messages)).toBe(turn);
});
