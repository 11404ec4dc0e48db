import { expect, it } from 'vitest';
import { table } from '../../../shim/terminal/table.ts';

it('takes more rows than a call can have arguments', () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => [{ text: String(index) }, { text: 'x' }]);
  expect(table(rows, 1, 80).split('\n')).toHaveLength(200_001);
});
