import { expect, it } from 'vitest';
import { packageModule } from '../../dev/package/package-module.ts';
import { folderOfFile } from '../support/folders.ts';
import { installPayload, startPayload } from '../support/terraform/embedded.ts';
import { readContract } from '../support/terraform/interface.ts';
import { registryOfFile } from '../support/terraform/of-file.ts';
import { projectOf } from '../support/terraform/project.ts';
import { AGENT } from '../support/terraform/snippets.ts';
import { coderScripts, type State } from '../support/terraform/terraform.ts';

// A template for upstream's 4.0.0 (test/contracts) plans with this module and means the same, and the two work in one
// template.

const release = await packageModule(folderOfFile());
const registry = await registryOfFile(release);

/** What is planned for a template, which `files` belong to. */
async function planned(template: string, files: Record<string, string> = {}): Promise<State> {
  return (await projectOf(registry, { 'main.tf': `${AGENT}${template}`, ...files })).plan();
}

const amp = (inputs: string) => `module "amp" {
  source   = "registry.coder.com/coder-labs/sourcegraph-amp/coder"
  version  = "${release.version}"
  count    = data.coder_workspace.me.start_count
  agent_id = coder_agent.main.id
${inputs}
}
output "scripts" {
  value = flatten(module.amp[*].scripts)
}
`;

it('only the agent: Amp works in the home folder', async () => {
  const state = await planned(amp(''));
  expect(startPayload(state)).toContain("\nexport AMP_MODULE_WORKDIR=''\n");
  expect(state.outputs['scripts']).toContain('coder-labs-sourcegraph-amp-install_script');
});

it('everything at once, and a script that waits for Amp', async () => {
  const { variables, sync_names = [] } = await readContract('sourcegraph-amp-module-4.0.0');
  const inputs: Record<string, string> = {
    icon: '"/icon/amp.svg"',
    workdir: '"/workspaces/shop"',
    pre_install_script: '"#!/bin/sh\\necho before\\n"',
    post_install_script: '"#!/bin/sh\\necho after\\n"',
    install_amp: 'true',
    amp_version: '"0.0.1790142911-g7618fb"',
    amp_api_key: '"a-key"',
    instruction_prompt: '"Say what you changed."',
    amp_settings: 'jsonencode({ "amp.todos.enabled" = false })',
    mcp: 'jsonencode({ docs = { url = "https://mcp.example.com" } })',
    managed_settings: '{ "amp.dangerouslyAllowAll" = false, "amp.tools.disable" = ["shell_command"] }',
  };
  expect(['agent_id', ...Object.keys(inputs)].sort()).toEqual(variables.map(({ name }) => name).sort());
  const lines = Object.entries(inputs).map(([name, value]) => `  ${name} = ${value}`);
  const state = await planned(
    `${amp(lines.join('\n'))}
resource "coder_script" "ready" {
  agent_id     = coder_agent.main.id
  display_name = "Ready"
  run_on_start = true
  script       = "coder exp sync want ready \${join(" ", flatten(module.amp[*].scripts))}"
}
resource "coder_app" "terminal" {
  agent_id     = coder_agent.main.id
  slug         = "mine"
  display_name = "Amp"
  command      = "cd /workspaces/shop && amp"
}
`,
  );
  expect(state.outputs['scripts']).toEqual(expect.arrayContaining(sync_names));
  const install = installPayload(state);
  for (const setting of [
    'BASE_CONFIG=\'{"amp.updates.mode":"disabled","amp.todos.enabled":false}\'',
    'MCP=\'{"docs":{"url":"https://mcp.example.com"}}\'',
    'MANAGED=\'{"amp.dangerouslyAllowAll":false,"amp.tools.disable":["shell_command"]}\'',
    "INSTRUCTIONS='Say what you changed.'",
    "BESIDE=''",
  ]) {
    expect(install).toContain(`\nexport AMP_MODULE_${setting}\n`);
  }
  // All three are reported as complete.
  const completed = /AMP_MODULE_SYNC_NAME='([^']*)'/g;
  const said = [...`${install}${startPayload(state)}`.matchAll(completed)].flatMap(([, names = '']) =>
    names.split('\n'),
  );
  expect(said).toEqual(expect.arrayContaining(sync_names));
});

/** Upstream's module as far as another one sees it. */
const UPSTREAM = `variable "agent_id" { type = string }
output "scripts" {
  value = ["coder-labs-sourcegraph-amp-pre_install_script", "coder-labs-sourcegraph-amp-install_script"]
}
`;

it('both in one template: theirs installs Amp, ours has the sessions, and no script has the same name', async () => {
  const { sync_names = [] } = await readContract('sourcegraph-amp-module-4.0.0');
  const theirs = 'module "installer" {\n  source = "./upstream"\n  agent_id = coder_agent.main.id\n}\n';
  const state = await planned(
    `${theirs}${amp('  install_amp = false\n  wait_for = module.installer.scripts\n  pre_install_script = "exit"')}`,
    { 'upstream/main.tf': UPSTREAM },
  );
  expect(state.outputs['scripts']).toEqual(
    ['place', 'pre_install', 'install', 'start'].map(
      (step) => `coder-labs-sourcegraph-amp-session-${step}_script`,
    ),
  );
  const ours = [
    ...coderScripts(state).map(({ script }) => script),
    installPayload(state),
    startPayload(state),
  ];
  for (const text of ours) {
    const names = [...text.matchAll(/SYNC_NAME='([^']*)'/g)].flatMap(([, found = '']) => found.split('\n'));
    expect(names.filter((name) => sync_names.includes(name))).toEqual([]);
  }
  expect(installPayload(state)).toContain("\nexport AMP_MODULE_BESIDE='-session'\n");
});
