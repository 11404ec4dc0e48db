// `npm run captures`: generates what docs/ shows of amp-session from real runs: the schema, help, tables and
// picture. With arguments, only those: `npm run captures -- help tables`. The picture needs the real
// agentapi, on PATH or as AGENTAPI_BIN.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeHome } from '../../test/support/cli/home.ts';
import { jsonSchema, SCHEMA_FILE } from '../../test/support/cli/schema.ts';
import { helpIfAsked } from '../help.ts';
import { helpCaptures } from './help.ts';
import { CAPTURES, PAGE, withCaptures } from './page.ts';
import { picture } from './picture.ts';
import { tableCaptures } from './tables.ts';

helpIfAsked();
const PARTS: { readonly [part: string]: () => Promise<void> } = {
  schema: async () => {
    writeFileSync(SCHEMA_FILE, JSON.stringify(jsonSchema()));
    await execa({ preferLocal: true })('biome', ['format', '--write', SCHEMA_FILE]);
  },
  help: async () => {
    const home = mkdtempSync(join(tmpdir(), 'amp-captures-'));
    try {
      keep(await helpCaptures(makeHome(home, { programs: [] })));
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
  tables: async () => keep(await tableCaptures()),
  picture: async () => writeFileSync('docs/demo.svg', await picture()),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((part) => !Object.hasOwn(PARTS, part));
if (unknown.length > 0)
  throw new Error(`There is no '${unknown.join(' ')}', only: ${Object.keys(PARTS).join(' ')}.`);
for (const [part, make] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(part)) continue;
  await make();
  console.log(`made: ${part}`);
}
writeFileSync(
  PAGE,
  withCaptures(readFileSync(PAGE, 'utf8'), (name) => readFileSync(join(CAPTURES, name), 'utf8')),
);

function keep(captures: Record<string, string>): void {
  for (const [name, text] of Object.entries(captures)) writeFileSync(join(CAPTURES, name), text);
}
