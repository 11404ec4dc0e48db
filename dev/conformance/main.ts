// `npm run conformance`: runs the module's starts, and the questions of docs/investigation.md, with real
// versions of Amp.
//
//   npm run conformance -- [--amp <version>…] [--only <column>…] [--patient] [--json]
//   npm run conformance -- --prompts <starts> [--amp <version>…] [--only <prompt>…]
//
// The second form gives prompts to new workspaces, with a real AgentAPI (AGENTAPI_BIN), and compares what
// reaches Amp's servers (prompts.ts); by default, with the installed version.
//
// With --patient, Amp may take as long as it likes: for a busy machine, where I5 can't be checked.
//
// Progress goes to standard error; the table, or with --json every detail, to standard output. Exits with 1
// if a promise does not hold.
import { parseArgs } from 'node:util';
import { helpIfAsked } from '../help.ts';
import { ampFolderOf, installedVersion, VERSIONS } from './install.ts';
import { disposeAll } from './machine.ts';
import { disposeWorkspaces, PROMPTS, promptTable, runPrompts } from './prompts.ts';
import { COLUMNS, type Row, runVersion } from './run.ts';
import { brokenIn, formatCell, table } from './table.ts';

helpIfAsked();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    amp: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    patient: { type: 'boolean', default: false },
    prompts: { type: 'string' },
  },
});
// `--amp a b c`: the arguments after the first are versions as well.
const named = [...values.amp, ...positionals];

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    disposeAll();
    disposeWorkspaces();
    process.exit(1);
  });
}

const broken =
  values.prompts === undefined ? await runScenarios() : await givePrompts(Number(values.prompts));
for (const line of broken) process.stderr.write(`NOT HELD ${line}\n`);
if (broken.length > 0) process.exitCode = 1;

/** @returns every promise that didn't hold. */
async function runScenarios(): Promise<string[]> {
  const columns = values.only.length > 0 ? values.only : Object.keys(COLUMNS);
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const version of named.length > 0 ? named : VERSIONS) {
    process.stderr.write(`${version}\n`);
    const begin = performance.now();
    try {
      rows.push(
        await runVersion(version, columns, values.patient, (cell) => {
          process.stderr.write(`  ${cell.column}: ${formatCell(cell)}\n`);
        }),
      );
    } catch (error) {
      failed.push(`${version}: ${error instanceof Error ? error.message : String(error)}`);
    }
    process.stderr.write(`  ${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
  }
  const missed = [...brokenIn(rows), ...failed];
  process.stdout.write(
    values.json ? `${JSON.stringify({ rows, broken: missed }, null, 2)}\n` : `${table(rows)}\n`,
  );
  return missed;
}

/** @param starts of each prompt. @returns every prompt that didn't arrive whole. */
async function givePrompts(starts: number): Promise<string[]> {
  if (!Number.isInteger(starts) || starts < 1) throw new Error('--prompts needs a number of starts.');
  const names = values.only.length > 0 ? values.only : Object.keys(PROMPTS);
  const missed: string[] = [];
  for (const version of named.length > 0 ? named : [installedVersion()]) {
    process.stderr.write(`${version}\n`);
    const folder = await ampFolderOf(version);
    const rows = await runPrompts(folder, names, starts, (line) => process.stderr.write(`  ${line}\n`));
    process.stdout.write(
      values.json ? `${JSON.stringify({ version, rows }, null, 2)}\n` : `${promptTable(rows)}\n`,
    );
    missed.push(...rows.flatMap(({ differs }) => differs.map((where) => `I7: ${version}, ${where}`)));
  }
  return missed;
}
