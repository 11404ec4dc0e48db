/** A measured quantity: its median, and the two quartiles. */
export type Spread = { readonly median: number; readonly low: number; readonly high: number };

/** Two ways of doing the same, measured alternately. */
export type Paired = {
  readonly ours: Spread;
  readonly plain: Spread;
  /** The median of ours divided by the median of the other. */
  readonly ratio: number;
  /** The ratios of the individual pairs. */
  readonly ratios: Spread;
  readonly count: number;
};

/** @param values at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
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

function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}
