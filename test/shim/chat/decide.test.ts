import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThreadId } from '../../../shim/amp/thread-id.ts';
import { type ChatMove, chatBefore, decideChat, nextChatStep } from '../../../shim/chat/decide.ts';
import { A, B } from '../../support/thread-record.ts';

/** A volume: whose chat each file holds. */
type Volume = { state: string | null; aside: Map<string, string> };

const filesOf = (volume: Volume) => ({
  state: volume.state !== null,
  aside: (name: string) => volume.aside.has(name),
});

/** Carries out at most `steps` renames, like a start killed after them. */
function carryOut(volume: Volume, move: ChatMove, steps: number): void {
  for (let done = 0; done < steps; done++) {
    const step = nextChatStep(move, filesOf(volume));
    if (step.do === 'put aside') {
      volume.aside.set(move.from, volume.state ?? '');
      volume.state = null;
    } else if (step.do === 'bring back' && move.to !== null) {
      volume.state = volume.aside.get(move.to) ?? null;
      volume.aside.delete(move.to);
    } else return;
  }
}

describe('the chat follows the thread', () => {
  it('leaves the chat of the same thread alone', () => {
    const volume: Volume = { state: A, aside: new Map() };
    expect(decideChat(A, A, filesOf(volume), 'unknown')).toBeNull();
  });

  it('sets aside a chat without a thread before a first thread', () => {
    const volume: Volume = { state: 'left behind', aside: new Map() };
    const move = decideChat(null, A, filesOf(volume), 'unknown-1');
    expect(move).toEqual({ from: 'unknown-1', to: A, aside: true, back: false });
  });

  it('sets it aside for an agent in a thread of its own', () => {
    const volume: Volume = { state: A, aside: new Map() };
    expect(decideChat(A, null, filesOf(volume), 'unknown-1')).toEqual({
      from: A,
      to: null,
      aside: true,
      back: false,
    });
  });

  it('loses or mixes up nothing when killed after any rename and finished later', () => {
    const names = fc.constantFrom<ThreadId | null>(A, B, null);
    fc.assert(
      fc.property(
        names,
        names,
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.nat(2), { maxLength: 4 }),
        (owner, thread, hasState, hasChat, kills) => {
          const volume: Volume = { state: hasState ? (owner ?? 'nobody') : null, aside: new Map() };
          if (hasChat && thread !== null && thread !== owner) volume.aside.set(thread, thread);
          const before = [volume.state, ...volume.aside.values()].filter(Boolean).sort();
          const move = decideChat(owner, thread, filesOf(volume), 'unknown-1');
          if (move !== null) for (const steps of [...kills, 2]) carryOut(volume, move, steps);
          expect([volume.state, ...volume.aside.values()].filter(Boolean).sort()).toEqual(before);
          // On screen is the chat of the agent's thread, or an empty one.
          if (thread !== null) expect([thread, null]).toContain(volume.state);
          else expect([null, owner === null ? null : '']).toContain(volume.state);
          for (const [name, chat] of volume.aside) expect(name === chat || chat === 'nobody').toBe(true);
        },
      ),
    );
  });
});

describe('the part of a chat that is older than a move', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
  const chat = (...minutes: readonly number[]) => ({
    version: 1 as const,
    messages: minutes.map((minute) => ({ role: 'user', message: `${minute}`, time: at(minute) })),
    initial_prompt: '',
    initial_prompt_sent: false,
  });
  const keeps = (minutes: readonly number[], moved: number) =>
    chatBefore(chat(...minutes), at(moved))?.messages.map(({ message }) => Number(message)) ?? null;

  it('is what was said a minute before it', () => {
    expect(keeps([1, 5, 9, 20], 10)).toEqual([1, 5]);
    expect(keeps([9, 20], 10)).toBe(null);
  });

  it('ends where the clock was set back: from there on, nothing is certain', () => {
    expect(keeps([31, 35, 2, 3], 40)).toEqual([31, 35]);
  });
});
