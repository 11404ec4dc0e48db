import { expect, it } from 'vitest';
import { atMost, documentOf, figure, pairCells } from '../../dev/bench/report.ts';
import { pairs, repeat, spreadOf } from '../../dev/bench/stats.ts';

/** Returns one value after the other. */
const series = (...values: number[]) => {
  const left = [...values];
  return async () => left.shift() ?? Number.NaN;
};

it('computes the median, and finds the smallest and the largest value', () => {
  expect(spreadOf([5, 1, 10, 2, 3])).toEqual({ median: 3, low: 1, high: 10 });
  expect(spreadOf([1, 2])).toEqual({ median: 1.5, low: 1, high: 2 });
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
  expect(paired.ratios).toEqual({ median: 0.5, low: 0.5, high: 0.75 });
  expect(pairCells(paired)).toEqual(['2 (1–3)', '4 (2–4)', '**0.50**', '0.50–0.75']);
  expect((await repeat(2, series(99, 1, 3))).median).toBe(2);
});

it('opens with what it means for users', () => {
  const chapters = [{ title: 'Chapter', means: 'It is fast.', text: [], bars: [] }];
  expect(documentOf('A machine.', 20, chapters)).toMatch(/^# Performance\n\n- It is fast\.\n\nMeasured/);
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
