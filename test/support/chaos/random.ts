/** Numbers that depend only on a seed, so that a schedule is reproducible. */
export type Random = {
  /** A whole number from 0 up to, but excluding, `limit`. */
  readonly below: (limit: number) => number;
  /** True with this probability, from 0 to 1. */
  readonly chance: (probability: number) => boolean;
  readonly pick: <const T>(choices: readonly [T, ...T[]]) => T;
};

/** The generator mulberry32 (public domain, Tommy Ettinger): small, and good enough to spread schedules. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
  };
}
