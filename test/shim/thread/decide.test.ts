import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AmpOutcome } from '../../../shim/amp/outcome.ts';
import { parseThreadId, type ThreadId } from '../../../shim/amp/thread-id.ts';
import { decideThread } from '../../../shim/thread/decide.ts';

const T = parseThreadId('T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c') as ThreadId;
const OK: AmpOutcome = { kind: 'ok' };
const GONE: AmpOutcome = { kind: 'gone' };
const UNSURE: AmpOutcome = { kind: 'unsure', why: 'Amp did not answer in time' };

describe('decideThread', () => {
  it.each([
    ['cold', null, null, false, { do: 'ask for a new one' }],
    ['cold, and Amp gave none', null, null, true, { do: 'let the agent open one' }],
    ['cold, and Amp gave one', T, null, true, { do: 'continue', thread: T, doubt: null }],
    ['warm', T, null, false, { do: 'check', thread: T }],
    ['warm and there', T, OK, false, { do: 'continue', thread: T, doubt: null }],
    [
      'warm and unknown',
      T,
      UNSURE,
      false,
      { do: 'continue', thread: T, doubt: UNSURE.kind === 'unsure' ? UNSURE.why : '' },
    ],
    [
      'warm and gone',
      T,
      GONE,
      false,
      { do: 'replace', thread: T, reason: expect.stringContaining('no longer exists') },
    ],
    ['replaced', null, GONE, false, { do: 'ask for a new one' }],
  ] as const)('%s', (_name, active, check, asked, expected) => {
    expect(decideThread(active, check, asked)).toEqual(expected);
  });

  it("I3: gives up a thread only on Amp's explicit word", () => {
    const outcome = fc.constantFrom<AmpOutcome | null>(null, OK, GONE, UNSURE);
    fc.assert(
      fc.property(fc.constantFrom(null, T), outcome, fc.boolean(), (active, check, asked) => {
        const step = decideThread(active, check, asked);
        if (step.do === 'replace') expect(check).toEqual(GONE);
        if (active !== null && check?.kind !== 'gone') expect(['check', 'continue']).toContain(step.do);
      }),
    );
  });
});
