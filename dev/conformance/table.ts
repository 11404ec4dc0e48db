import type { Cell, Row } from './run.ts';

/** A Markdown table with a row per version and a column per scenario. ✗ marks a cell that broke a promise. */
export function table(rows: readonly Row[]): string {
  const columns = rows[0]?.cells.map(({ column }) => column) ?? [];
  const lines = [
    ['version', ...columns],
    ['---', ...columns.map(() => '---')],
  ];
  for (const { version, cells } of rows) lines.push([version, ...cells.map(formatCell)]);
  return lines.map((words) => `| ${words.join(' | ')} |`).join('\n');
}

/** One cell in a word or two. */
export function formatCell({ word, broken }: Cell): string {
  return broken.length === 0 ? word : `✗ ${word}`;
}

/** Every promise that did not hold, one per line. */
export function brokenIn(rows: readonly Row[]): string[] {
  return rows.flatMap(({ version, cells }) =>
    cells.flatMap(({ column, broken }) => broken.map((promise) => `${version}, ${column}: ${promise}`)),
  );
}
