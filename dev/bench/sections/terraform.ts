import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { startModuleRegistry } from '../../../test/support/terraform/registry.ts';
import { synthTemplate } from '../../../test/support/terraform/stacks.ts';
import { terraformProject } from '../../../test/support/terraform/terraform.ts';
import type { Bench } from '../bench.ts';
import { type Chapter, figure, spread, table } from '../report.ts';
import { milliseconds, repeat, type Spread } from '../stats.ts';

const Template = z.looseObject({
  module: z.object({ amp: z.looseObject({}) }),
  output: z.unknown(),
});

/** What a template author waits for. */
export async function measureTerraform(bench: Bench): Promise<Chapter> {
  const rows: string[][] = [];
  for (const instances of [1, 10]) {
    const { time, resources, ofModule } = await plan(bench, instances);
    rows.push([figure(instances), spread(time), figure(ofModule), figure(resources)]);
  }
  return {
    title: 'Terraform',
    text: [
      "`terraform plan` followed by `terraform show`, for a template with this many instances of this module. AgentAPI's module is a stand-in with the real one's interface.",
      table(['instances', 'plan, ms', "the modules' resources", 'all resources'], rows),
    ],
    bars: [],
  };
}

async function plan(
  bench: Bench,
  instances: number,
): Promise<{ time: Spread; resources: number; ofModule: number }> {
  const registry = await startModuleRegistry();
  const folder = mkdtempSync(join(tmpdir(), 'amp-bench-terraform-'));
  try {
    await synthTemplate({ folder });
    const file = join(folder, 'main.tf.json');
    writeFileSync(file, JSON.stringify(withInstances(JSON.parse(readFileSync(file, 'utf8')), instances)));
    const project = terraformProject(folder, registry.cliConfig);
    await project.init();
    const time = await repeat(bench.atMost(3), () => milliseconds(() => project.plan()));
    const { resources } = await project.plan();
    const ofModule = resources.filter(({ address }) => address.startsWith('module.'));
    return { time, resources: resources.length, ofModule: ofModule.length };
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The same template with more instances: each has its own key and port, and is told about those before it.
 */
function withInstances(template: unknown, instances: number): unknown {
  const { module, ...rest } = Template.parse(template);
  const names = Array.from({ length: instances }, (_, index) => (index === 0 ? 'amp' : `amp_${index + 1}`));
  const blocks = names.map((name, index) => {
    const own = {
      session_key: `key-${index + 1}`,
      agentapi_port: 3_284 + index,
      other_instances: `\${concat(${names
        .slice(0, index)
        .map((other) => `module.${other}[*].instance`)
        .join(', ')})}`,
    };
    return [name, index === 0 ? module.amp : { ...module.amp, ...own }];
  });
  return { ...rest, module: Object.fromEntries(blocks) };
}
