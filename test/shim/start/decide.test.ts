import { describe, expect, it } from 'vitest';
import { decideSettle, MOST_QUICK_FAILURES, QUICK_SECONDS } from '../../../shim/start/decide.ts';

describe('decideSettle', () => {
  it('never fights a workspace stop', () => {
    for (const seconds of [0, QUICK_SECONDS, 3600]) {
      expect(decideSettle({ stopping: true, restart: false, seconds, quickFailures: 0 })).toEqual({
        do: 'stop',
        because: 'workspace stops',
      });
    }
  });

  it('switches threads at once, but not while the workspace stops', () => {
    const ending = { seconds: 1, quickFailures: 10, restart: true };
    expect(decideSettle({ ...ending, stopping: false })).toEqual({
      do: 'start again',
      pauseMs: 0,
      quickFailures: 0,
    });
    expect(decideSettle({ ...ending, stopping: true })).toMatchObject({ do: 'stop' });
  });

  it('restarts an agent that ran for a while, and forgets its failures', () => {
    expect(decideSettle({ stopping: false, restart: false, seconds: 3600, quickFailures: 4 })).toEqual({
      do: 'start again',
      pauseMs: 1_000,
      quickFailures: 0,
    });
  });

  it('backs off after each quick failure and gives up after a stated number', () => {
    const pauses: number[] = [];
    let quickFailures = 0;
    for (;;) {
      const decision = decideSettle({ stopping: false, restart: false, seconds: 1, quickFailures });
      if (decision.do === 'stop') {
        expect(decision.because).toBe('failed too often');
        break;
      }
      pauses.push(decision.pauseMs);
      quickFailures = decision.quickFailures;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 30].map((seconds) => seconds * 1_000));
    expect(pauses).toHaveLength(MOST_QUICK_FAILURES - 1);
  });
});
