import { gzipSync } from 'node:zlib';
import { bundleParts } from '../../../test/support/bundle.ts';
import { prose } from '../../../test/support/terraform/prose.ts';
import type { ModuleInput } from '../../../test/support/terraform/stacks.ts';
import { coderScripts } from '../../../test/support/terraform/state.ts';
import { BUNDLE_SCRIPT_BYTES, BUNDLE_SCRIPTS } from '../../check/bundle-script.ts';
import type { Bench } from '../bench.ts';
import { atMost, type Chapter, figure, table } from '../report.ts';

/** Linux's limit for one argument, in bytes; Coder passes a whole script as one. */
const MOST = 131_071;
/** Prose compresses 2.6-fold, and base64 makes it a third longer, twice. */
const PROSE_PER_BYTE = (2.6 * 9) / 16;

const INPUTS: readonly (readonly [string, Record<string, ModuleInput>])[] = [
  ['nothing set', {}],
  ...[1_000, 10_000, 50_000, 100_000, 135_000].map(
    (bytes) => [`a prompt of ${figure(bytes)} bytes`, { ai_prompt: prose(bytes) }] as const,
  ),
  [
    'a prompt and instructions of 50,000 bytes each',
    { ai_prompt: prose(50_000), instruction_prompt: prose(50_000) },
  ],
  ['a pre-install script of 30,000 bytes', { pre_install_script: prose(30_000) }],
];

/** How large everything is, and how much space is left. */
export async function measureSizes(bench: Bench): Promise<Chapter> {
  const parts = Object.values(bundleParts()).map(({ text }) => text);
  const bundle = parts.join('');
  const packed = parts.reduce((sum, part) => sum + gzipSync(part, { level: 6 }).length, 0);
  const rows: { name: string; sizes: Map<string, number> }[] = [];
  for (const [name, inputs] of INPUTS) {
    const state = await bench.template.plan(inputs);
    const sizes = coderScripts(state).map(({ name, script }) => [name, Buffer.byteLength(script)] as const);
    rows.push({ name, sizes: new Map(sizes) });
  }
  const scripts = [...(rows[0]?.sizes.keys() ?? [])];
  const left = (sizes: Map<string, number>) => MOST - (sizes.get('agentapi') ?? 0);
  const longest = rows.find(({ name }) => name.includes('135,000'));
  return {
    title: 'Sizes',
    text: [
      `The bundle is ${figure(bundle.length)} bytes, ${figure(packed)} as compressed by Terraform.`,
      `The scripts as Coder runs them, in bytes. Each may have at most ${figure(MOST)}. The prompts are ordinary prose, which compresses 2.6-fold; the last column shows how much more of it would fit.`,
      table(
        ['inputs', ...scripts, "space left in AgentAPI's script", 'more prose'],
        rows.map(({ name, sizes }) => [
          name,
          ...scripts.map((script) => figure(sizes.get(script) ?? 0)),
          figure(left(sizes)),
          `about ${figure(Math.floor((left(sizes) * PROSE_PER_BYTE) / 1_000) * 1_000)}`,
        ]),
      ),
    ],
    bars: [
      atMost(
        'The largest of the scripts that carry the bundle',
        Math.max(...BUNDLE_SCRIPTS.map((name) => rows[0]?.sizes.get(name) ?? Number.NaN)),
        BUNDLE_SCRIPT_BYTES,
        ' bytes',
      ),
      atMost(
        "AgentAPI's script with a prompt of 135,000 bytes",
        longest?.sizes.get('agentapi') ?? MOST + 1,
        MOST,
        ' bytes',
      ),
    ],
  };
}
