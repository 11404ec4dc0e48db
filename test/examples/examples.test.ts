import { readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isolatedEnvironment } from '../support/terraform/environment.ts';
import { type ModuleRegistry, startModuleRegistry } from '../support/terraform/registry.ts';
import { stageModule } from '../support/terraform/stage.ts';
import { coderEnvs, coderScripts, type State, terraformProject } from '../support/terraform/terraform.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const examples = readdirSync(path.join(repository, 'examples'));
const written = (name: string) => readFileSync(path.join(repository, 'examples', name, 'main.tf'), 'utf8');

let registry: ModuleRegistry;
let staged: string;
beforeAll(async () => {
  registry = await startModuleRegistry();
  // A copy beside a copy of the module, because Terraform leaves files where it runs.
  staged = await stageModule({});
  await cp(path.join(repository, 'examples'), path.join(staged, 'examples'), { recursive: true });
});
afterAll(async () => {
  await registry.close();
  await rm(staged, { recursive: true, force: true });
});

/**
 * Takes a platform's provider and resources out of a template, because what they are applied to (a Docker daemon, a cluster) is
 * not here. All else stays as it is written.
 */
function withoutPlatform(template: string): string {
  return template
    .replaceAll(/^resource "(?:docker|kubernetes)_.*?^\}\n/gms, '')
    .replaceAll(/^ {4}(?:docker|kubernetes) = \{.*?^ {4}\}\n/gms, '');
}

/** Applies a start and then a stop in a folder, and gives what is there after each. */
async function startAndStop(folder: string): Promise<{ started: State; stopped: State }> {
  const project = terraformProject(folder, registry.cliConfig);
  await project.init();
  await project.validate();
  const started = await project.apply({ transition: 'start' });
  return { started, stopped: await project.apply({ transition: 'stop' }) };
}

const expected: Record<string, { instances: number; environment: string[] }> = {
  minimal: { instances: 1, environment: [] },
  docker: { instances: 1, environment: [] },
  kubernetes: { instances: 1, environment: [] },
  task: { instances: 1, environment: [] },
  'two-agents': { instances: 2, environment: [] },
  'air-gapped': { instances: 1, environment: ['AMP_URL'] },
  boundary: { instances: 1, environment: ['BOUNDARY_CONFIG'] },
  'key-sources': { instances: 1, environment: [] },
  cdktf: { instances: 1, environment: [] },
};

it('are all tried here', () => {
  expect(Object.keys(expected).sort()).toEqual(examples.sort());
});

describe.each(Object.entries(expected))('%s', (name, { instances, environment }) => {
  it('applies for a start and for a stop', async () => {
    const folder = await prepared(name);
    const { started, stopped } = await startAndStop(folder);
    const scripts = coderScripts(started).map((script) => script.name);
    expect(scripts.filter((script) => script === 'amp_session')).toHaveLength(instances);
    expect(scripts.filter((script) => script === 'agentapi')).toHaveLength(instances);
    // Each instance has one for every variable that it could set (environment.tf).
    const set = coderEnvs(started).filter((env) => env.name !== 'AMP_MODULE_UNSET');
    expect(set.map((env) => env.name)).toEqual(environment);
    expect(stopped.resources.filter(({ mode }) => mode === 'managed').map(({ type }) => type)).toEqual([
      'coder_agent',
    ]);
  });
});

/** The folder of an example, ready for Terraform. */
async function prepared(name: string): Promise<string> {
  const folder = path.join(staged, 'examples', name);
  if (name === 'cdktf') {
    // With the repository's own packages: a consumer has installed cdktf.
    const main = path.join(repository, 'examples/cdktf/main.ts');
    await execa('tsx', [main], { preferLocal: true, localDir: repository, cwd: folder });
    return path.join(folder, 'cdktf.out/stacks/workspace');
  }
  const file = path.join(folder, 'main.tf');
  await writeFile(file, withoutPlatform(await readFile(file, 'utf8')));
  return folder;
}

it('are formatted as Terraform formats', async () => {
  const env = isolatedEnvironment(staged, { TF_CLI_CONFIG_FILE: '/dev/null' });
  const folder = path.join(repository, 'examples');
  const { stdout } = await execa('terraform', ['fmt', '-check', '-recursive', folder], {
    env,
    extendEnv: false,
    reject: false,
  });
  expect(stdout).toBe('');
});

it('hold no key, and give a container a minute to stop', () => {
  for (const name of examples.filter((example) => example !== 'cdktf')) {
    expect([name, written(name).match(/amp_api_key\s*= "[^"]+"|sgamp_/)]).toEqual([name, null]);
  }
  expect(written('docker')).toMatch(/^ {2}destroy_grace_seconds = 60$/m);
  expect(written('kubernetes')).toMatch(/^ {8}termination_grace_period_seconds = 60$/m);
});
