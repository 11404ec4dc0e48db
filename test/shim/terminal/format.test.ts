import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, table } from '../../../shim/terminal/table.ts';
import { absolute, ago, parseAge } from '../../../shim/terminal/time.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const cells = (...texts: string[]) => texts.map((text) => ({ text }));

describe('table', () => {
  it('aligns wide and narrow characters', () => {
    expect(table([cells('a', '日本', '1'), cells('bbb', 'x', '2')], 1, 80)).toBe(
      'a    日本  1\nbbb  x     2\n',
    );
  });

  it('shortens the flexible column when the table is too wide', () => {
    expect(table([cells('id', 'a very long title indeed', 'now')], 1, 24)).toBe('id  a very long ti…  now\n');
  });

  it('fits the terminal, whatever a title holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { minLength: 1, maxLength: 5 }),
        (titles) => {
          const rows = titles.map((title) => cells('T-0c5fa1a2', plain(title), '5 minutes ago'));
          for (const line of table(rows, 1, 60).trimEnd().split('\n'))
            expect(line.endsWith('5 minutes ago')).toBe(true);
        },
      ),
    );
  });

  it('lets no name move the cursor or colour the terminal', () => {
    expect(plain('a\u001b[31mb\r\nc\u202ed')).toBe('a [31mb c d');
  });
});

describe('times', () => {
  it.each([
    ['2026-11-21T12:00:00Z', 'now'],
    ['2026-11-21T11:59:30Z', '30 seconds ago'],
    ['2026-11-21T11:00:00Z', '1 hour ago'],
    ['2026-11-20T11:00:00Z', '1 day ago'],
    ['2026-09-01T00:00:00Z', '2 months ago'],
    ['2024-09-01T00:00:00Z', '2 years ago'],
    ['2026-11-21T12:05:00Z', 'in 5 minutes'],
    ['not a time', 'not a time'],
  ])('%s is %s', (iso, words) => {
    expect(ago(iso, NOW)).toBe(words);
  });

  it('are written in UTC', () => {
    expect(absolute('2026-11-21T09:02:10.004Z')).toBe('2026-11-21 09:02:10Z');
  });

  it.each([
    ['30d', 30 * 86_400_000],
    ['12h', 12 * 3_600_000],
    ['8w', 8 * 7 * 86_400_000],
    ['5m', 300_000],
    ['30', null],
    ['d', null],
    ['-1d', null],
    ['1.5d', null],
    ['9999999d', null],
  ])('an age of %s', (text, milliseconds) => {
    expect(parseAge(text)).toBe(milliseconds);
  });
});
