import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBlocks } from '../support/terraform/interface.ts';
import { registryOfFile, stagedModuleOfFile } from '../support/terraform/of-file.ts';
import { projectOf } from '../support/terraform/project.ts';
import type { TerraformProject } from '../support/terraform/terraform.ts';

// A value from a resource or a data source, such as a secret manager, is unknown while planning, and often
// sensitive. Only values that decide whether something exists at all must be known, and they may be revealed.

const repository = path.resolve(import.meta.dirname, '../..');

/** An input's value as an expression, and what else must be set for it to be accepted. */
type Value = readonly [value: string, ...companions: string[]];

const values: Record<string, Value> = {
  agent_firewall_wrapper_path: ['"$HOME/.local/bin/agent-firewall"'],
  agent_id: ['"00000000-0000-4000-8000-000000000000"'],
  agentapi_download_url: ['"https://mirror.example.com/{version}/{arch}"'],
  agentapi_port: ['4000'],
  agentapi_sha256: [`{ amd64 = "${'0'.repeat(64)}" }`],
  agentapi_subdomain: ['false'],
  agentapi_version: ['"v0.12.2"'],
  ai_prompt: ['"Go"'],
  amp_api_key: ['"key"'],
  amp_install_url: ['"https://mirror.example.com/install.sh"'],
  amp_settings: [`jsonencode({ "amp.permissions" = [] })`],
  amp_updates: ['"warn"'],
  amp_url: ['"https://amp.example.com"'],
  amp_version: ['"0.0.1790142911-g7618fb"'],
  app_slug: ['"agent"'],
  base_amp_config: ['jsonencode({ "amp.permissions" = [], "amp.mcpServers" = { a = { command = "a" } } })'],
  boundary_config_path: ['"/boundary.yaml"', 'enable_boundary = true'],
  boundary_version: ['"v0.5.2"', 'enable_boundary = true', 'use_boundary_directly = true'],
  cli_app_display_name: ['"Terminal"', 'cli_app = true'],
  cli_app_group: ['"Agents"', 'cli_app = true'],
  cli_app_icon: ['"/icon/terminal.svg"', 'cli_app = true'],
  cli_app_order: ['2', 'cli_app = true'],
  compile_boundary_from_source: ['true', 'enable_boundary = true', 'boundary_version = "main"'],
  enable_state_persistence: ['false'],
  group: ['"Agents"'],
  icon: ['"/icon/amp.svg"'],
  install_agentapi: ['false'],
  install_amp: ['false'],
  install_via_npm: ['true'],
  instruction_prompt: ['"Be kind."'],
  labels: ['["a"]'],
  managed_settings: ['{ "amp.dangerouslyAllowAll" = false }'],
  mcp: ['jsonencode({ a = { command = "a" } })'],
  mode: ['"high"'],
  module_dir_name: ['"agents/amp"'],
  npm_registry: ['"https://npm.example.com"', 'install_via_npm = true'],
  on_interrupted_turn: ['"Go on."'],
  order: ['1'],
  other_instances: ['[module.defaults.instance]', 'session_key = "review"', 'agentapi_port = 3285'],
  permissions: ['jsonencode([{ tool = "Bash", action = "ask" }])'],
  pid_file_path: ['"/run/amp.pid"'],
  post_install_script: ['"exit"'],
  pre_install_script: ['"exit"'],
  report_tasks: ['false'],
  runner_directories: ['["/docs"]', 'enable_runner = true'],
  runner_name: ['"box"', 'enable_runner = true'],
  session_key: ['"review"', 'agentapi_port = 3285'],
  state_dir: ['"/data/amp"'],
  state_file_path: ['"/data/chat.json"'],
  task_log_snapshot: ['false'],
  thread_id: ['"T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c"'],
  use_boundary_directly: ['true', 'enable_boundary = true'],
  visibility: ['"private"'],
  wait_for: ['["coder-git-clone-clone_script"]'],
  web_app_display_name: ['"Agent"'],
  workdir: ['"/work"'],
};

/** They decide which resources this module and AgentAPI's have. */
const deciding: Record<string, Value> = {
  cli_app: ['true'],
  enable_agentapi: ['false'],
  enable_boundary: ['true'],
  enable_runner: ['true'],
  web_app: ['false'],
};

/** A value that is unknown until it is applied. */
const unknown = (name: string, value: string) => ({
  block: `resource "terraform_data" "${name}" {\n  input = ${value}\n}`,
  expression: `terraform_data.${name}.output`,
});
const registry = await registryOfFile();
const source = await stagedModuleOfFile();

/** Our module under a name, with inputs on top of the required ones. */
function instance(name: string, inputs: Record<string, string>, companions: readonly string[] = []): string {
  const all = { agent_id: 'coder_agent.main.id', workdir: '"/home/coder/project"', ...inputs };
  const lines = Object.entries(all).map(([input, expression]) => `  ${input} = ${expression}`);
  return `module "${name}" {\n  source = "${source}"\n${[...lines, ...companions].join('\n')}\n}`;
}

/** A template with an agent and these blocks. */
function project(blocks: readonly string[]): Promise<TerraformProject> {
  const text = [
    'terraform {\n  required_providers {\n    coder = { source = "coder/coder" }\n  }\n}',
    'resource "coder_agent" "main" {\n  os   = "linux"\n  arch = "amd64"\n}',
    ...blocks,
  ];
  return projectOf(registry, { 'main.tf': text.join('\n') });
}

/** A template with one instance of the module for each input, named after it, and one with no inputs set. */
function template(inputs: Record<string, Value>, wrap = unknown): Promise<TerraformProject> {
  const blocks = Object.entries(inputs).flatMap(([name, [value, ...companions]]) => {
    const { block, expression } = wrap(name, value);
    return [block, instance(name, { [name]: expression }, companions)];
  });
  return project([instance('defaults', {}), ...blocks]);
}

it('every input is in one of the two lists', async () => {
  const names = (await readBlocks(repository, 'variable')).map(({ name }) => name);
  expect([...Object.keys(values), ...Object.keys(deciding)].sort()).toEqual(names);
});

const inputs = Object.entries(values);
/** Eight at a time: Terraform takes longer over one plan of many instances than over several small ones. */
const groups = Array.from({ length: Math.ceil(inputs.length / 8) }, (_, at) =>
  Object.fromEntries(inputs.slice(8 * at, 8 * at + 8)),
);
const named = groups.map((group) => [Object.keys(group).join(', '), group] as const);

describe('a plan takes inputs that are unknown', () => {
  it.each(named)('%s', async (_, group) => {
    await (await template(group)).plan();
  });

  it('a key from a data source that is read later', async () => {
    const later = {
      block:
        'resource "terraform_data" "vault" {}\ndata "coder_workspace_owner" "me" {\n  depends_on = [terraform_data.vault]\n}',
      expression: 'data.coder_workspace_owner.me.id',
    };
    await (await template({ amp_api_key: [''] }, () => later)).plan();
  });
});

it('a plan takes inputs that are sensitive', async () => {
  // One instance for all inputs that can be set together.
  const apart = [
    'amp_settings',
    'enable_state_persistence',
    'install_agentapi',
    'install_amp',
    'install_via_npm',
    'permissions',
  ];
  const together = inputs.filter(
    ([name, [, ...companions]]) => companions.length === 0 && !apart.includes(name),
  );
  expect(together.length).toBeGreaterThan(30);
  const all = Object.fromEntries(together.map(([name, [value]]) => [name, `sensitive(${value})`]));
  await (await project([instance('sensitive', all)])).plan();
});

it('a variable of the workspace has its name and value once they are known', async () => {
  const group = Object.fromEntries(
    inputs.filter(([name]) => ['amp_api_key', 'amp_url', 'boundary_config_path'].includes(name)),
  );
  const { resources } = await (await template(group)).apply();
  const variables = (instance: string) =>
    resources
      .filter(({ address }) => address.startsWith(`module.${instance}.coder_env.`))
      .map(({ values: env }) => [env['name'], env['value']]);
  const unset = ['AMP_MODULE_UNSET', ''];
  expect(variables('defaults')).toEqual([unset, unset, unset]);
  expect(variables('amp_api_key')).toEqual([['AMP_API_KEY', 'key'], unset, unset]);
  expect(variables('amp_url')).toEqual([unset, ['AMP_URL', 'https://amp.example.com'], unset]);
  expect(variables('boundary_config_path')).toEqual([unset, unset, ['BOUNDARY_CONFIG', '/boundary.yaml']]);
});

// So that no input joins them unnoticed. (From 1.12 on, Terraform sees that AgentAPI's module decides nothing
// by enable_boundary.)
it.each(['cli_app', 'web_app'])('%s must be known', async (name) => {
  const made = await template({ [name]: deciding[name] ?? [''] });
  await expect(made.plan()).rejects.toThrow('Invalid count argument');
});

describe('below depends_on', () => {
  const clone = 'resource "terraform_data" "clone" {}';
  const below = 'depends_on = [terraform_data.clone]';

  it("AgentAPI's module can't be planned, which docs/troubleshooting.md explains", async () => {
    const made = await project([clone, instance('amp', { web_app: 'false' }, [below])]);
    await expect(made.plan()).rejects.toThrow('Invalid count argument');
    expect(readFileSync('docs/troubleshooting.md', 'utf8')).toMatch(/'Invalid count argument'.*`wait_for`/);
  });

  it('a terminal without AgentAPI can be planned', async () => {
    const made = await project([clone, instance('amp', { enable_agentapi: 'false' }, [below])]);
    await made.plan();
  });
});
