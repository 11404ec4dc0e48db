import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { prepare } from '../../../shim/start/prepare.ts';
import { makeMoves, planned } from '../../support/moves.ts';
import { A, B } from '../../support/thread-record.ts';

describe('whatever the clocks say', () => {
  const HOUR_MS = 3_600_000;
  const clockIs = (ahead: number) =>
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(Date.now() + ahead) });
  afterEach(() => vi.useRealTimers());

  it.each([
    ['the clock was an hour ahead at the launch', HOUR_MS, 0],
    ['the clock was an hour behind at the launch', -HOUR_MS, 0],
    ["the volume's clock is behind", 0, -30_000],
    ["the volume's clock is ahead", 0, 30_000],
  ])('the agent is followed: %s', async (_name, launch, volume) => {
    const at = makeMoves(volume);
    const { config } = at;
    at.agentIsIn(A);
    clockIs(launch);
    await prepare(config, '');
    vi.useRealTimers();
    expect(await prepare(config, '')).toMatchObject(planned(A));
    clockIs(launch);
    await prepare(config, '');
    vi.useRealTimers();
    at.agentIsIn(B);
    expect(await prepare(config, '')).toMatchObject(planned(B));
    // Nothing has moved since.
    expect(await prepare(config, '')).toMatchObject(planned(B));
  });

  it.each([
    ['the clock was an hour ahead at the launch', HOUR_MS, 0],
    ["the volume's clock is behind", 0, -30_000],
  ])('the last message is followed: %s', async (_name, launch, volume) => {
    const at = makeMoves(volume);
    const { config } = at;
    at.opened(A);
    clockIs(launch);
    await prepare(config, '');
    vi.useRealTimers();
    at.opened(B);
    at.chatShows('hello');
    at.ampHas({ [A]: [], [B]: ['hello'] });
    expect(await prepare(config, '')).toMatchObject(planned(B));
  });

  it('what was there at the launch is not the last message', async () => {
    const at = makeMoves();
    const { config } = at;
    await prepare(config, '');
    at.chatShows('hello');
    await prepare(config, '');
    at.opened(B);
    // Saved again, as AgentAPI does at its end.
    at.write(config.agentApiStateFile ?? '', readFileSync(config.agentApiStateFile ?? '', 'utf8'));
    at.ampHas({ [A]: [], [B]: ['hello'] });
    expect(await prepare(config, '')).toMatchObject(planned(A));
  });
});
