import stringWidth from 'fast-string-truncated-width';
import { visible } from '../system/visible.ts';

/** A cell: its text, and the style it gets once it has been measured. */
export type Cell = { readonly text: string; readonly paint?: (text: string) => string };

/**
 * Formats rows as aligned columns, without control characters. If they don't fit the terminal, one column is
 * truncated.
 * @param flexible index of the column to truncate.
 * @param width of the terminal, in columns.
 */
export function table(given: readonly (readonly Cell[])[], flexible: number, width: number): string {
  const rows = given.map((row) => row.map((cell) => ({ ...cell, text: visible(cell.text) })));
  const count = highest(rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    highest(rows.map((row) => widthOf(row[column]?.text ?? ''))),
  );
  const excess = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
  if (excess > 0) widths[flexible] = Math.max(NARROWEST, (widths[flexible] ?? 0) - excess);
  return rows
    .map((row) =>
      row
        .map(({ text, paint = same }, column) => {
          const shown = cut(text, widths[column] ?? 0);
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

/** Makes a text safe to print in a line: without control characters, and trimmed. */
export function plain(text: string): string {
  return visible(text).trim();
}

/** A number of things: `1 thread`, `3 threads`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A text of at most so many columns. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const { index } = stringWidth(text, { limit: width, ellipsis: '…', ellipsisWidth: 1 });
  return `${text.slice(0, index)}…`;
}

function widthOf(text: string): number {
  return stringWidth(text).width;
}

/** Of any number of values: more than a call can have arguments. */
function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function same(text: string): string {
  return text;
}
