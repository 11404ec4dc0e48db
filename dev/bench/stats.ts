/** A measured quantity: its median, the smallest value and the largest. */
export type Spread = { readonly median: number; readonly low: number; readonly high: number };

/** Two ways of doing the same, measured alternately. */
export type Paired = {
  readonly ours: Spread;
  readonly plain: Spread;
  /** The median of ours divided by the median of the other. */
  readonly ratio: number;
  readonly ratios: Spread;
  readonly count: number;
};

/** @param values at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const [below, above] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return { median: (at(below) + at(above)) / 2, low: at(0), high: at(sorted.length - 1) };
}

/**
 * Measures two things alternately, A B A B …, so that other load affects both alike. The first pair is a
 * warm-up.
 */
export async function pairs(
  count: number,
  ours: () => Promise<number>,
  plain: () => Promise<number>,
): Promise<Paired> {
  await ours();
  await plain();
  const a: number[] = [];
  const b: number[] = [];
  for (let pair = 0; pair < count; pair++) {
    a.push(await ours());
    b.push(await plain());
  }
  const [first, second] = [spreadOf(a), spreadOf(b)];
  return {
    ours: first,
    plain: second,
    ratio: first.median / second.median,
    ratios: spreadOf(a.map((value, pair) => value / (b[pair] ?? value))),
    count,
  };
}

/** Measures one thing several times; the first run is a warm-up. */
export async function repeat(count: number, run: () => Promise<number>): Promise<Spread> {
  await run();
  const values: number[] = [];
  for (let turn = 0; turn < count; turn++) values.push(await run());
  return spreadOf(values);
}

/** How long something takes, in milliseconds. */
export async function milliseconds(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}
