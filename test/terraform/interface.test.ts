import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { isolatedEnvironment } from '../support/terraform/environment.ts';
import { readBlocks, readContract, readInterface } from '../support/terraform/interface.ts';
import { agentapiModuleFolder } from '../support/terraform/registry.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const standIn = path.resolve(import.meta.dirname, '../support/terraform/agentapi-module');

describe('the module', () => {
  it('has every input and output of the module it succeeds, with the same type and default', async () => {
    const older = await readContract('sourcegraph-amp-module-3.0.0');
    const ours = await readInterface(repository);

    // Deliberate: the first version of AgentAPI that saves state, and Amp's own default mode (`smart` no
    // longer exists).
    const changed: Record<string, unknown> = { agentapi_version: 'v0.12.1', mode: '' };
    const expected = older.variables.map((variable) =>
      variable.name in changed ? { ...variable, default: changed[variable.name] } : variable,
    );
    // 4.0.0 made it optional.
    const workdir = { name: 'workdir', type: 'string', required: false, default: null };
    expect(ours.variables).toEqual(
      expect.arrayContaining(expected.map((variable) => (variable.name === 'workdir' ? workdir : variable))),
    );
    expect(ours.outputs).toEqual(expect.arrayContaining(older.outputs));
  });

  it("has every input and output of upstream's 4.0.0, with the same type and default", async () => {
    const { variables, outputs, sync_names } = await readContract('sourcegraph-amp-module-4.0.0');
    const ours = await readInterface(repository);
    // As in 3.x; both take it to be none.
    const expected = variables.map((variable) =>
      variable.name === 'mcp' ? { ...variable, default: null } : variable,
    );
    const known = ours.variables.filter(({ name }) => variables.some((variable) => variable.name === name));
    expect(known).toEqual(expected.sort((a, b) => (a.name < b.name ? -1 : 1)));
    expect(ours.outputs).toEqual(expect.arrayContaining(outputs));
    expect(sync_names).toHaveLength(3);
  });

  it('adds exactly these inputs', async () => {
    const older = (await readContract('sourcegraph-amp-module-3.0.0')).variables.map(({ name }) => name);
    const ours = await readInterface(repository);
    const added = ours.variables.filter(({ name }) => !older.includes(name));
    expect(added.every(({ required }) => !required)).toBe(true);
    expect(added.map((variable) => [variable.name, variable.type, variable.default])).toEqual([
      ['agent_firewall_wrapper_path', 'string', null],
      ['agentapi_download_url', 'string', ''],
      ['agentapi_port', 'number', null],
      ['agentapi_sha256', 'object({', null],
      ['agentapi_subdomain', 'bool', true],
      ['amp_install_url', 'string', 'https://ampcode.com/install.sh'],
      ['amp_settings', 'string', ''],
      ['amp_updates', 'string', null],
      ['amp_url', 'string', ''],
      ['app_slug', 'string', null],
      ['boundary_config_path', 'string', ''],
      ['boundary_version', 'string', 'latest'],
      ['cli_app_group', 'string', null],
      ['cli_app_icon', 'string', null],
      ['cli_app_order', 'number', null],
      ['compile_boundary_from_source', 'bool', false],
      ['enable_agentapi', 'bool', true],
      ['enable_boundary', 'bool', false],
      ['enable_runner', 'bool', false],
      ['enable_state_persistence', 'bool', true],
      ['labels', 'list(string)', []],
      ['managed_settings', 'any', null],
      ['module_dir_name', 'string', null],
      ['npm_registry', 'string', ''],
      ['on_interrupted_turn', 'string', 'nothing'],
      ['other_instances', 'list(object({', []],
      ['permissions', 'string', ''],
      ['pid_file_path', 'string', ''],
      ['runner_directories', 'list(string)', []],
      ['runner_name', 'string', null],
      ['session_key', 'string', 'main'],
      ['state_dir', 'string', '.coder-modules/coder-labs/sourcegraph-amp'],
      ['state_file_path', 'string', ''],
      ['task_log_snapshot', 'bool', true],
      ['thread_id', 'string', ''],
      ['use_boundary_directly', 'bool', false],
      ['visibility', 'string', ''],
      ['wait_for', 'list(string)', []],
      ['web_app', 'bool', true],
    ]);
  });

  it("passes on every input of AgentAPI's module", async () => {
    const text = await readFile(path.join(repository, 'main.tf'), 'utf8');
    const call = text.slice(text.indexOf('module "agentapi"'));
    const handed = Array.from(call.matchAll(/^ {2}(\w+) += /gm), ([, name]) => name);
    const { variables } = await readContract('agentapi-module-2.4.0');
    expect(handed).toEqual(expect.arrayContaining(variables.map(({ name }) => name)));
  });

  it('puts the description first in every input, and allows null only where it means something', async () => {
    const variables = await readBlocks(repository, 'variable');
    expect(variables.length).toBeGreaterThan(45);
    for (const { name, attributes } of variables) {
      const [first, second] = attributes.keys();
      expect([name, first, second]).toEqual([name, 'description', 'type']);
      expect([name, attributes.get('nullable')]).toEqual([
        name,
        attributes.get('default') === 'null' ? undefined : 'false',
      ]);
    }
    expect(variables.filter(({ attributes }) => attributes.has('sensitive')).map(({ name }) => name)).toEqual(
      ['amp_api_key'],
    );
  });

  it('is formatted by terraform fmt', async () => {
    const env = isolatedEnvironment(temporaryFolder(), { TF_CLI_CONFIG_FILE: '/dev/null' });
    const { stdout } = await execa('terraform', ['fmt', '-check', repository, standIn], {
      env,
      extendEnv: false,
      reject: false,
    });
    expect(stdout).toBe('');
  });
});

it("AgentAPI's module, or the stand-in, has exactly the inputs and outputs of version 2.4.0", async () => {
  const found = await readInterface(await agentapiModuleFolder(temporaryFolder()));
  const { variables, outputs } = await readContract('agentapi-module-2.4.0');
  // The stand-in's inputs are made from the contract.
  const isReal = process.env['AGENTAPI_MODULE_DIR'] !== undefined;
  expect(found).toEqual({ variables: isReal ? variables : [], outputs });
});
