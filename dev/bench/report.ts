import type { Paired, Spread } from './stats.ts';

/** A target, and whether it was met. */
export type Bar = {
  readonly what: string;
  /** The bound and the measured value, with their units. */
  readonly bound: string;
  readonly value: string;
  readonly met: boolean;
  /** If it was not met: the lower bound, and what determines it. */
  readonly floor?: string;
};

/** The report of one part of the benchmark. */
export type Chapter = {
  readonly title: string;
  /** What it comes to for whoever uses the module, in a sentence. */
  readonly means?: string;
  readonly text: readonly string[];
  readonly bars: readonly Bar[];
};

/** A Markdown table; all columns but the first are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** A target with an upper bound. */
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

/** A median of milliseconds, in seconds. */
export function seconds({ median }: Spread): string {
  return `${(median / 1_000).toFixed(1)} s`;
}

/** A median with the smallest and the largest value: 312 (298–330). */
export function spread({ median, low, high }: Spread): string {
  return `${figure(median)} (${figure(low)}–${figure(high)})`;
}

/** The cells of a paired measurement: ours, the other one, the ratio and its spread. */
export function pairCells({ ours, plain, ratio, ratios }: Paired): string[] {
  return [
    spread(ours),
    spread(plain),
    `**${ratio.toFixed(2)}**`,
    `${ratios.low.toFixed(2)}–${ratios.high.toFixed(2)}`,
  ];
}

export function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

export function documentOf(machine: string, pairs: number, chapters: readonly Chapter[]): string {
  const bars = chapters.flatMap((chapter) => chapter.bars);
  const means = chapters.flatMap((chapter) => chapter.means ?? []);
  const missed = bars.filter(({ met, floor }) => !met && floor !== undefined);
  return [
    '# Performance',
    ...(means.length === 0 ? [] : [means.map((each) => `- ${each}`).join('\n')]),
    'Measured and written by `npm run bench`; nothing in this file was typed by hand.',
    `${machine} Comparisons are ${pairs} pairs of alternating runs, unless a section says otherwise. Figures are medians, with the smallest and the largest value in brackets; times are in milliseconds.`,
    '## Targets',
    table(
      ['target', 'bound', 'measured', 'met'],
      bars.map(({ what, bound, value, met }) => [what, bound, value, met ? 'yes' : '**no**']),
    ),
    ...missed.map(({ what, floor }) => `**${what}**: ${floor}`),
    ...chapters.flatMap(({ title, text }) => [`## ${title}`, ...text]),
  ]
    .join('\n\n')
    .concat('\n');
}
