import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { packageModule } from '../../dev/package/package-module.ts';
import { folderOfFile } from '../support/folders.ts';
import { isolatedEnvironment } from '../support/terraform/environment.ts';
import { registryOfFile } from '../support/terraform/of-file.ts';
import {
  coderEnvs,
  coderScripts,
  type State,
  terminalApps,
  terraformProject,
} from '../support/terraform/terraform.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const folderOf = (name: string) => path.join(repository, 'examples', name);
const filesOf = (name: string) => readdirSync(folderOf(name)).map((file) => path.join(folderOf(name), file));
const written = (name: string) =>
  filesOf(name)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
/** What `coder templates push` accepts in a folder, in bytes. */
const PUSH_LIMIT = 1024 * 1024;

const scratch = folderOfFile();
const registry = await registryOfFile(await packageModule(path.join(scratch, 'release')));

/**
 * Removes a platform's provider and resources from a template, because what they apply to (a Docker daemon, a
 * cluster) isn't available here. Everything else stays as written.
 */
function withoutPlatform(template: string): string {
  return template
    .replaceAll(/^resource "(?:docker|kubernetes)_.*?^\}\n/gms, '')
    .replaceAll(/^provider "(?:docker|kubernetes)" \{\}\n/gm, '')
    .replaceAll(/^ {4}(?:docker|kubernetes) = \{.*?^ {4}\}\n/gms, '');
}

/** The same for a generated template. */
function jsonWithoutPlatform(template: string): string {
  const stack = JSON.parse(template);
  delete stack.provider;
  delete stack.terraform.required_providers.docker;
  for (const type of Object.keys(stack.resource)) if (type.startsWith('docker_')) delete stack.resource[type];
  return JSON.stringify(stack);
}

/** A copy of an example, ready for Terraform on this machine. */
async function prepared(name: string): Promise<string> {
  const folder = path.join(scratch, name);
  await cp(folderOf(name), folder, { recursive: true });
  if (name === 'cdktf') {
    // With the repository's own packages: whoever uses the example has installed cdktf.
    await execa('tsx', [path.join(folderOf(name), 'main.ts')], {
      preferLocal: true,
      localDir: repository,
      cwd: folder,
    });
    const stack = path.join(folder, 'cdktf.out/stacks/workspace');
    const file = path.join(stack, 'cdk.tf.json');
    await writeFile(file, jsonWithoutPlatform(await readFile(file, 'utf8')));
    return stack;
  }
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.tf'))) {
    const template = path.join(folder, file);
    await writeFile(template, withoutPlatform(await readFile(template, 'utf8')));
  }
  return folder;
}

/** Applies a start and then a stop in a folder, and returns what exists after each. */
async function startAndStop(folder: string): Promise<{ started: State; stopped: State }> {
  const project = terraformProject(folder, registry.cliConfig);
  await project.init();
  const started = await project.apply({ transition: 'start' });
  return { started, stopped: await project.apply({ transition: 'stop' }) };
}

/** Whether each example has AgentAPI. */
type Expected = { agentapi?: boolean };

const expected: Record<string, Expected> = {
  docker: {},
  kubernetes: {},
  terminal: { agentapi: false },
  runner: { agentapi: false },
  firewall: {},
  cdktf: {},
};

it('are all tested here', () => {
  expect(Object.keys(expected).sort()).toEqual(readdirSync(path.join(repository, 'examples')).sort());
});

describe.each(Object.entries(expected))('%s', (name, example) => {
  const { agentapi = true } = example;

  it('applies for a start and for a stop, from the registry', async () => {
    const { started, stopped } = await startAndStop(await prepared(name));
    const scripts = coderScripts(started).map((script) => script.name);
    expect(scripts.filter((script) => script === 'amp_session')).toHaveLength(1);
    const runs = (script: string) => scripts.filter((each) => each === script).length;
    expect([runs('agentapi'), runs('amp_install')]).toEqual(agentapi ? [1, 0] : [0, 1]);
    expect(terminalApps(started).has('amp-cli')).toBe(!agentapi);
    // An unset variable gets a name that nobody reads (main.tf).
    const set = coderEnvs(started).filter((env) => env.name !== 'AMP_MODULE_UNSET');
    expect(set.map((env) => env.name)).toEqual([]);
    // The repository's script belongs to the template, which Coder doesn't run at a stop.
    const left = stopped.resources.filter(({ mode }) => mode === 'managed').map(({ type }) => type);
    expect(left).toEqual(['coder_agent', 'coder_script']);
  });

  it('can be pushed unchanged', () => {
    const bytes = filesOf(name).reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeLessThan(PUSH_LIMIT);
    const template = written(name);
    expect(template).toContain('registry.coder.com/coder-labs/sourcegraph-amp/coder');
    expect(template).not.toContain('"../');
    // The architecture of the provisioning machine, something that runs the agent, and a minute for AgentAPI
    // to save its chat.
    expect(template).toMatch(/arch\b.*data\.coder_provisioner/);
    expect(template).toMatch(/docker_container|kubernetes_deployment_v1/);
    expect(template).toMatch(/(?:destroy_grace_seconds|termination_grace_period_seconds)\W+60\b/);
    expect(template).toMatch(/wait_for\W+(?:concat\W+)?"?clone-repository/);
    expect(template).not.toMatch(/amp_api_key\s*[=:]\s*["'][^"']+["']|sgamp_/);
  });
});

it('share the same workspace wherever they run on Docker', () => {
  const workspace = readFileSync(path.join(folderOf('docker'), 'workspace.tf'), 'utf8');
  for (const name of ['terminal', 'runner']) {
    expect(readFileSync(path.join(folderOf(name), 'workspace.tf'), 'utf8'), name).toBe(workspace);
  }
});

it('request no more than a pod needs', () => {
  for (const name of ['kubernetes', 'firewall']) {
    expect(written(name), name).toMatch(/requests = \{ cpu = "\w+", memory = "\w+" \}/);
    expect(written(name), name).toMatch(/limits {3}= \{ cpu = "\w+", memory = "\w+" \}/);
  }
});

it('are formatted by terraform fmt', async () => {
  const env = isolatedEnvironment(scratch, { TF_CLI_CONFIG_FILE: '/dev/null' });
  const { stdout } = await execa(
    'terraform',
    ['fmt', '-check', '-recursive', path.join(repository, 'examples')],
    {
      env,
      extendEnv: false,
      reject: false,
    },
  );
  expect(stdout).toBe('');
});
