import { expect, it } from 'vitest';
import { atMost, documentOf, figure, pairCells } from '../../dev/bench/report.ts';
import { pairs, repeat, spreadOf } from '../../dev/bench/stats.ts';

/** Returns one value after the other. */
const series = (...values: number[]) => {
  const left = [...values];
  return async () => left.shift() ?? Number.NaN;
};

it('computes median and quartiles', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4 });
  expect(spreadOf([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 });
});

it('measures in turn, and discards the first run of each', async () => {
  const order: string[] = [];
  const noting = (name: string, next: () => Promise<number>) => () => {
    order.push(name);
    return next();
  };
  const paired = await pairs(3, noting('A', series(99, 1, 2, 3)), noting('B', series(99, 2, 4, 4)));
  expect(order.join('')).toBe('ABABABAB');
  expect(paired).toMatchObject({ count: 3, ours: { median: 2 }, plain: { median: 4 }, ratio: 0.5 });
  expect(paired.ratios).toEqual({ median: 0.5, low: 0.5, high: 0.625 });
  expect(pairCells(paired)).toEqual(['2 (1.50–2.50)', '4 (3–4)', '**0.50**', '0.50–0.63']);
  expect((await repeat(2, series(99, 1, 3))).median).toBe(2);
});

it('says which bars are met, and why one is not', () => {
  const bars = [atMost('One', 1, 1, ' ms', 'no reason'), atMost('Two', 2_000.5, 1_000, ' ms', 'It is slow.')];
  const text = documentOf('A machine.', 20, [{ title: 'Chapter', text: ['Text.'], bars }]);
  expect(text).toContain('| One | ≤ 1 ms | 1 ms | yes |');
  expect(text).toContain('| Two | ≤ 1,000 ms | 2,001 ms | **no** |');
  expect(text).toContain('**Two**: It is slow.');
  expect(text).not.toContain('no reason');
  expect(figure(0.046)).toBe('0.05');
});
