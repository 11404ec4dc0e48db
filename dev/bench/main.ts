// Measures the module and writes docs/performance.md.
//
//   npm run bench                                    everything, 10 pairs, at most 12 minutes
//   npm run bench -- --pairs 3 --only start --only sizes
//   npm run bench -- --against bb4273b               measures that commit, too
//   AGENTAPI_BIN=… npm run bench                     the same with the real AgentAPI, for the first section
//
// With --only, or with fewer pairs, the document goes to standard output and the file stays unchanged.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { realAmpDir } from '../../test/support/amp/real-amp.ts';
import { helpIfAsked } from '../help.ts';
import { Bench } from './bench.ts';
import { describeMachine } from './machine.ts';
import { type Chapter, documentOf } from './report.ts';
import { measureAgainst } from './sections/against.ts';
import { measureChangedPrompt } from './sections/changed-prompt.ts';
import { measureCommands } from './sections/commands.ts';
import { measureDefaults } from './sections/defaults.ts';
import { measureInstall } from './sections/install.ts';
import { measureMemory } from './sections/memory.ts';
import { measurePrompt } from './sections/prompt.ts';
import { measureRunner } from './sections/runner.ts';
import { measureScale } from './sections/scale.ts';
import { measureSizes } from './sections/sizes.ts';
import { measureStart } from './sections/start.ts';
import { measureTerraform } from './sections/terraform.ts';
import { milliseconds } from './stats.ts';

const SECTIONS = {
  prompt: measurePrompt,
  changed: measureChangedPrompt,
  defaults: measureDefaults,
  start: measureStart,
  against: measureAgainst,
  install: measureInstall,
  commands: measureCommands,
  memory: measureMemory,
  runner: measureRunner,
  sizes: measureSizes,
  scale: measureScale,
  terraform: measureTerraform,
} satisfies Record<string, (bench: Bench) => Promise<Chapter>>;

const ENOUGH_PAIRS = 10;
const FILE = 'docs/performance.md';

helpIfAsked();
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: String(ENOUGH_PAIRS) },
    only: { type: 'string', multiple: true, default: [] },
    against: { type: 'string' },
  },
});
const pairs = Number(values.pairs);
const names = Object.keys(SECTIONS);
const unknown = values.only.filter((name) => !names.includes(name));
if (!Number.isInteger(pairs) || pairs < 1 || unknown.length > 0) {
  throw new Error(`--pairs takes a whole number above 0, --only one of: ${names.join(', ')}.`);
}

const bench = await Bench.open(pairs, values.against ?? null);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void bench.close().finally(() => process.exit(1)));
}
try {
  const machine = await describeMachine(bench.root, realAmpDir());
  const chapters: Chapter[] = [];
  for (const [name, measure] of Object.entries(SECTIONS)) {
    if (values.only.length > 0 && !values.only.includes(name)) continue;
    process.stderr.write(`${name}… `);
    const time = await milliseconds(async () => chapters.push(await measure(bench)));
    process.stderr.write(`${(time / 1_000).toFixed(0)} s\n`);
  }
  const text = documentOf(machine, pairs, chapters);
  if (values.only.length > 0 || pairs < ENOUGH_PAIRS) process.stdout.write(text);
  else writeFileSync(FILE, text);
} finally {
  await bench.close();
}
