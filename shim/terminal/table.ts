import stringWidth from 'fast-string-truncated-width';

/** A cell: its text, and how it is painted once it has its place. */
export type Cell = { readonly text: string; readonly paint?: (text: string) => string };

/**
 * Rows as aligned columns that fit a terminal. What is too wide is taken from one column.
 * @param flexible index of the column that gives way.
 * @param width of the terminal, in columns.
 */
export function table(rows: readonly (readonly Cell[])[], flexible: number, width: number): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column]?.text ?? ''))),
  );
  const excess = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
  if (excess > 0) widths[flexible] = Math.max(NARROWEST, (widths[flexible] ?? 0) - excess);
  return rows
    .map((row) =>
      row
        .map(({ text, paint = same }, column) => {
          const shown = squeezed(text, widths[column] ?? 0);
          const pad =
            column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - widthOf(shown) + GAP);
          return paint(shown) + pad;
        })
        .join('')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const GAP = 2;
const NARROWEST = 8;

/** A text without what would move the cursor or colour the terminal; names and titles come from elsewhere. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

function squeezed(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const { index } = stringWidth(text, { limit: width, ellipsis: '…', ellipsisWidth: 1 });
  return `${text.slice(0, index)}…`;
}

function widthOf(text: string): number {
  return stringWidth(text).width;
}

function same(text: string): string {
  return text;
}
