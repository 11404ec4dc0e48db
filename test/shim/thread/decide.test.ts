import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AmpOutcome } from '../../../shim/amp/outcome.ts';
import { decideThread } from '../../../shim/thread/decide.ts';
import { A } from '../../support/thread-record.ts';

const OK: AmpOutcome = { kind: 'ok' };
const GONE: AmpOutcome = { kind: 'gone' };
const WHY = 'Amp did not answer in time';
const UNSURE: AmpOutcome = { kind: 'unsure', why: WHY };

describe('decideThread', () => {
  it.each([
    ['cold', null, null, false, { do: 'ask for a new one' }],
    ['cold, and Amp gave none', null, null, true, { do: 'let the agent open one' }],
    ['cold, and Amp gave one', A, null, true, { do: 'continue', thread: A, doubt: null }],
    ['warm', A, null, false, { do: 'check', thread: A }],
    ['warm and there', A, OK, false, { do: 'continue', thread: A, doubt: null }],
    ['warm and unknown', A, UNSURE, false, { do: 'continue', thread: A, doubt: WHY }],
    [
      'warm and gone',
      A,
      GONE,
      false,
      { do: 'replace', thread: A, reason: expect.stringContaining('no longer') },
    ],
    ['replaced', null, GONE, false, { do: 'ask for a new one' }],
  ] as const)('%s', (_name, active, check, asked, expected) => {
    expect(decideThread(active, check, asked)).toEqual(expected);
  });

  it("I3: gives up a thread only on Amp's explicit word", () => {
    const outcome = fc.constantFrom<AmpOutcome | null>(null, OK, GONE, UNSURE);
    fc.assert(
      fc.property(fc.constantFrom(null, A), outcome, fc.boolean(), (active, check, asked) => {
        const step = decideThread(active, check, asked);
        if (step.do === 'replace') expect(check).toEqual(GONE);
        if (active !== null && check?.kind !== 'gone') expect(['check', 'continue']).toContain(step.do);
      }),
    );
  });
});
