import type { Row } from '../../test/support/terminal.ts';

/** A run of equal characters of a row: its text, the column it begins in, and how it looks. */
export type Span = {
  readonly text: string;
  readonly column: number;
  /** One of the sixteen colours of a terminal (0 to 15), `#rrggbb`, or null for the default. */
  readonly color: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
};

type Cell = NonNullable<ReturnType<Row['getCell']>>;

/** A row of a terminal, cut where its looks change; without blank runs. */
export function spansOf(row: Row): Span[] {
  const spans: Span[] = [];
  const { length } = row.translateToString(true);
  for (let column = 0; column < length; column += 1) {
    const cell = row.getCell(column);
    if (cell === undefined) continue;
    const text = cell.getChars() || (cell.getWidth() === 0 ? '' : ' ');
    const look = { color: colorOf(cell), bold: cell.isBold() !== 0, dim: cell.isDim() !== 0 };
    const last = spans.at(-1);
    if (last !== undefined && last.color === look.color && last.bold === look.bold && last.dim === look.dim) {
      spans[spans.length - 1] = { ...last, text: last.text + text };
    } else {
      spans.push({ text, column, ...look });
    }
  }
  return spans.filter(({ text }) => text.trim() !== '');
}

function colorOf(cell: Cell): Span['color'] {
  if (cell.isFgRGB()) return `#${cell.getFgColor().toString(16).padStart(6, '0')}`;
  return cell.isFgPalette() ? cell.getFgColor() : null;
}
