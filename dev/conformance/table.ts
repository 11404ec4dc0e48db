import type { Cell, Row } from './run.ts';

/** The rows as a table in Markdown: one row a version, one column a scenario. A cell that broke a promise is marked with ✗. */
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

/** Every promise that did not hold, one line each. */
export function brokenIn(rows: readonly Row[]): string[] {
  return rows.flatMap(({ version, cells }) =>
    cells.flatMap(({ column, broken }) => broken.map((promise) => `${version}, ${column}: ${promise}`)),
  );
}
