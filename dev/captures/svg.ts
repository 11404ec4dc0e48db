import { COLUMNS } from '../../test/support/cli/screen.ts';
import type { Span } from './spans.ts';

/** What the screen shows, and for how long. */
export type Frame = { readonly rows: readonly (readonly Span[])[]; readonly milliseconds: number };

// Character metrics in the picture; every run of text is stretched to fit them, whatever the font.
const [CELL, LINE, SIZE, MARGIN, BAR] = [8.4, 18, 14, 16, 34];
const FONT = "ui-monospace,'SFMono-Regular',Menlo,Consolas,'DejaVu Sans Mono',monospace";
const [BACKGROUND, FOREGROUND] = ['#11151c', '#d3d7de'];
/** The sixteen colours of a terminal. */
const PALETTE = [
  ...['#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#abb2bf'],
  ...['#5c6370', '#f08a92', '#b5e08f', '#f5d899', '#86c5ff', '#dd9cf0', '#7fd3dd', '#ffffff'],
];

/**
 * Draws frames as one picture that plays in a loop. A row is drawn once for as long as it doesn't change.
 * Where nothing is animated (a still, or a reader who prefers reduced motion), the last frame is shown.
 * @param title alternative text.
 * @param height of the screen, in rows.
 */
export function animatedSvg(frames: readonly Frame[], title: string, height: number): string {
  const total = frames.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const lives = livesOf(frames);
  const names = new Map<string, string>();
  const bodies = lives.map(({ row, spans, from, to }) => {
    const text = drawn(spans, row);
    if (from === 0 && to === total) return `<g>${text}</g>`;
    const span = `${percent(from / total)} ${percent(to / total)}`;
    const name = names.get(span) ?? `k${names.size}`;
    names.set(span, name);
    return `<g class="${to === total ? 'z ' : ''}${name}">${text}</g>`;
  });
  const keyframes = [...names].map(([span, name]) => {
    const [from = '', to = ''] = span.split(' ');
    const before = from === '0%' ? '' : '0%{opacity:0}';
    const after = to === '100%' ? '' : `${to}{opacity:0}`;
    return `@keyframes ${name}{${before}${from}{opacity:1}${after}}.${name}{animation-name:${name}}`;
  });
  const [w, h] = [COLUMNS * CELL + 2 * MARGIN, height * LINE + MARGIN + BAR];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>
text{font:${SIZE}px ${FONT};fill:${FOREGROUND}}
g[class]{opacity:0;animation:${(total / 1_000).toFixed(1)}s step-end infinite}
g.z{opacity:1}
.b{font-weight:bold}
.d{fill-opacity:.6}
${PALETTE.map((color, index) => `.c${index}{fill:${color}}`).join('')}
${keyframes.join('\n')}
@media (prefers-reduced-motion:reduce){g[class]{animation:none}}
</style>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${['#ff5f57', '#febc2e', '#28c840'].map((color, index) => `<circle cx="${20 + index * 18}" cy="17" r="5.5" fill="${color}"/>`).join('')}
${bodies.join('\n')}
</svg>
`;
}

/** What a row shows, and from when to when, in milliseconds. */
type Life = {
  readonly row: number;
  readonly spans: readonly Span[];
  readonly from: number;
  readonly to: number;
};

function livesOf(frames: readonly Frame[]): Life[] {
  const lives: Life[] = [];
  const last = new Map<number, Life>();
  let now = 0;
  for (const { rows, milliseconds } of frames) {
    const to = now + milliseconds;
    for (const [row, spans] of rows.entries()) {
      const before = last.get(row);
      const goes = before?.to === now && JSON.stringify(before.spans) === JSON.stringify(spans);
      const life: Life = { row, spans, from: goes ? before.from : now, to };
      if (goes) lives.splice(lives.indexOf(before), 1);
      if (spans.length > 0) {
        lives.push(life);
        last.set(row, life);
      }
    }
    now = to;
  }
  return lives;
}

function drawn(spans: readonly Span[], row: number): string {
  const y = BAR + row * LINE + SIZE;
  return spans
    .flatMap(({ text, ...look }) =>
      // Runs of blanks are left out: renderers treat them differently.
      [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({
        ...look,
        text: match[0],
        column: look.column + match.index,
      })),
    )
    .map(({ text, column, color, bold, dim }) => {
      const classes = [typeof color === 'number' ? `c${color}` : '', bold ? 'b' : '', dim ? 'd' : '']
        .filter((name) => name !== '')
        .join(' ');
      const look = `${classes === '' ? '' : ` class="${classes}"`}${typeof color === 'string' ? ` style="fill:${color}"` : ''}`;
      const x = (MARGIN + column * CELL).toFixed(1);
      const length = (text.length * CELL).toFixed(1);
      return `<text x="${x}" y="${y}" textLength="${length}"${look}>${escaped(text)}</text>`;
    })
    .join('');
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
