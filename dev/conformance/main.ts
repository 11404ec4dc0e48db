// `npm run conformance`: runs the module's starts, and the questions of docs/investigation.md, with real
// versions of Amp.
//
//   npm run conformance -- [--amp <version>…] [--only <column>…] [--json]
//
// Progress goes to standard error; the table, or with --json every detail, to standard output. Exits with 1
// if a promise does not hold.
import { parseArgs } from 'node:util';
import { VERSIONS } from './install.ts';
import { disposeAll } from './machine.ts';
import { COLUMNS, type Row, runVersion } from './run.ts';
import { brokenIn, formatCell, table } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    amp: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});
// `--amp a b c`: the arguments after the first are versions as well.
const named = [...values.amp, ...positionals];
const versions = named.length > 0 ? named : VERSIONS;
const columns = values.only.length > 0 ? values.only : Object.keys(COLUMNS);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    disposeAll();
    process.exit(1);
  });
}

const rows: Row[] = [];
const failed: string[] = [];
for (const version of versions) {
  process.stderr.write(`${version}\n`);
  const begin = performance.now();
  try {
    rows.push(
      await runVersion(version, columns, (cell) => {
        process.stderr.write(`  ${cell.column}: ${formatCell(cell)}\n`);
      }),
    );
  } catch (error) {
    failed.push(`${version}: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.stderr.write(`  ${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
}

const broken = [...brokenIn(rows), ...failed];
process.stdout.write(values.json ? `${JSON.stringify({ rows, broken }, null, 2)}\n` : `${table(rows)}\n`);
for (const line of broken) process.stderr.write(`NOT HELD ${line}\n`);
if (broken.length > 0) process.exitCode = 1;
