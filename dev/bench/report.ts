import type { Paired, Spread } from './stats.ts';

/** A promise of issue 6, and what came of it. */
export type Bar = {
  readonly what: string;
  /** The bound and the measured value, with their units. */
  readonly bound: string;
  readonly value: string;
  readonly met: boolean;
  /** Where it is not met: what the floor is and what sets it. */
  readonly floor?: string;
};

/** What one part of the benchmark has to say. */
export type Chapter = {
  readonly title: string;
  readonly text: readonly string[];
  readonly bars: readonly Bar[];
};

/** A table in Markdown; all columns but the first are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** A bound from above. */
export function atMost(what: string, value: number, bound: number, unit: string, floor?: string): Bar {
  const met = value <= bound;
  return {
    what,
    bound: `≤ ${figure(bound)}${unit}`,
    value: `${figure(value)}${unit}`,
    met,
    ...(met || floor === undefined ? {} : { floor }),
  };
}

/** A median with its quartiles: 312 (298–330). */
export function spread({ median, low, high }: Spread): string {
  return `${figure(median)} (${figure(low)}–${figure(high)})`;
}

/** The cells of a paired measurement: ours, the other, ratio and its spread. */
export function pairCells({ ours, plain, ratio, ratios }: Paired): string[] {
  return [
    spread(ours),
    spread(plain),
    `**${ratio.toFixed(2)}**`,
    `${ratios.low.toFixed(2)}–${ratios.high.toFixed(2)}`,
  ];
}

/** A figure with as many digits as mean something. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** The whole document. */
export function documentOf(machine: string, pairs: number, chapters: readonly Chapter[]): string {
  const bars = chapters.flatMap((chapter) => chapter.bars);
  const missed = bars.filter(({ met, floor }) => !met && floor !== undefined);
  return [
    '# Performance',
    '`npm run bench` measures this and writes this file; nothing in it is typed by hand.',
    `${machine} Two ways of doing the same are measured in turn, ${pairs} pairs of them; a figure is the median, with the quartiles in brackets. Times are in milliseconds.`,
    '## The bars',
    table(
      ['bar', 'bound', 'measured', 'met'],
      bars.map(({ what, bound, value, met }) => [what, bound, value, met ? 'yes' : '**no**']),
    ),
    ...missed.map(({ what, floor }) => `**${what}**: ${floor}`),
    ...chapters.flatMap(({ title, text }) => [`## ${title}`, ...text]),
  ]
    .join('\n\n')
    .concat('\n');
}
