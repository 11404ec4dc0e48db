import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TerraformError } from '../support/terraform/diagnostics.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

const show = (inputs: readonly Record<string, ModuleInput>[]) =>
  inputs.map((each) => JSON.stringify(each)).join(' ');

/**
 * As few groups as it takes for no input to be in a group twice: Terraform reports what is wrong with all inputs
 * together, and a plan takes a second.
 */
function rounds<Case>(
  cases: readonly Case[],
  inputsOf: (each: Case) => Record<string, ModuleInput>,
): Case[][] {
  const groups: { taken: Set<string>; cases: Case[] }[] = [];
  for (const each of cases) {
    const names = Object.keys(inputsOf(each));
    let group = groups.find(({ taken }) => names.every((name) => !taken.has(name)));
    if (group === undefined) {
      group = { taken: new Set(), cases: [] };
      groups.push(group);
    }
    for (const name of names) group.taken.add(name);
    group.cases.push(each);
  }
  return groups.map((group) => group.cases);
}

describe('refused, naming the input and what is allowed', () => {
  type Case = [Record<string, ModuleInput>, RegExp];
  const inputsOf = ([inputs]: Case) => inputs;
  const alone: Case[] = [
    [{ workdir: 'project' }, /workdir must be an absolute path/],
    [{ workdir: '' }, /workdir must be an absolute path/],
    [{ workdir: '~/project' }, /workdir must be an absolute path/],
    [{ mode: 'Smart' }, /mode must be empty, one of Amp's modes \(low, medium, high, ultra, large;/],
    [{ mode: 'rush --dangerous' }, /mode must be empty/],
    [{ mode: '--help' }, /mode must be empty/],
    [{ base_amp_config: '{' }, /base_amp_config must be empty or a JSON object/],
    [{ base_amp_config: '[]' }, /base_amp_config must be/],
    [{ base_amp_config: '"text"' }, /base_amp_config must be/],
    [{ base_amp_config: 'null' }, /base_amp_config must be/],
    [{ mcp: 'docs' }, /mcp must be null or a JSON object/],
    [{ mcp: '[{}]' }, /mcp must be/],
    [{ mcp: '1' }, /mcp must be/],
    [
      { mcp: '{"a":"x"}' },
      /mcp must be null or a JSON object of servers by name, each with a command or a url/,
    ],
    [{ amp_version: '-g' }, /amp_version must be empty or one version/],
    [{ amp_version: '1 2' }, /amp_version must be/],
    [
      { agentapi_download_url: 'https://mirror.example.com/agentapi' },
      /agentapi_download_url must have both \{version\} and \{arch\} in it/,
    ],
    [{ agentapi_port: 0 }, /agentapi_port must be null or a whole number from 1 to 65535/],
    [{ agentapi_port: 65536 }, /agentapi_port must be/],
    [{ agentapi_port: 3284.5 }, /agentapi_port must be/],
  ];
  // Terraform looks at these only once each input by itself is right.
  const beside: Case[] = [
    [{ agentapi_version: '' }, /agentapi_version must be a release/],
    [{ agentapi_version: "v1'; reboot #" }, /agentapi_version must be a release/],
    [{ agentapi_version: '0.12.1' }, /The v may only be left out with agentapi_download_url/],
    [
      { agentapi_version: 'v0.11.8' },
      /agentapi_version v0\.11\.8 can't .*Set agentapi_version to v0\.12\.0 or later/,
    ],
    [{ agentapi_version: 'v0.2.30' }, /enable_state_persistence to false/],
    [{ agentapi_version: 'v0.9.1' }, /agentapi_version v0\.9\.1 can't/],
    [{ agentapi_version: 'v0.11.0-rc.1' }, /agentapi_version v0\.11\.0-rc\.1 can't/],
    [{ agentapi_version: 'v0.12.0-rc.1' }, /agentapi_version v0\.12\.0-rc\.1 can't/],
    [{ cli_app: true, agentapi_port: 3285 }, /cli_app can only be true while agentapi_port is 3284/],
  ];
  // Each keeps Terraform from looking at the others.
  const single: Case[] = [
    [{ workdir: null }, /workdir defined at .*: required variable may not be set to null/],
    [
      { permissions: '[{"tool":"","action":"bogus"}]' },
      /permissions must be empty or a JSON array of rules, each with a tool and an action/,
    ],
  ];
  const groups = [...rounds(alone, inputsOf), ...rounds(beside, inputsOf), ...single.map((each) => [each])];
  it.each(groups.map((group) => [show(group.map(([inputs]) => inputs)), group] as const))(
    '%s',
    async (_, group) => {
      const error = await template
        .plan(Object.assign({}, ...group.map(([inputs]) => inputs)))
        .catch((reason) => reason);
      expect(error).toBeInstanceOf(TerraformError);
      const { diagnostics } = error as TerraformError;
      const said = diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
      const unmatched = group.filter(([, message]) => said.filter((text) => message.test(text)).length !== 1);
      expect(unmatched, said.join('\n')).toEqual([]);
      expect(said).toHaveLength(group.length);
    },
  );
});

describe('accepted', () => {
  const cases: Record<string, ModuleInput>[] = [
    { mode: '', agentapi_version: 'latest' },
    { mode: 'free', agentapi_version: 'v0.12.0' },
    { mode: 'rush', agentapi_version: 'v0.13.0-rc.1' },
    { mode: 'smart', agentapi_version: 'v0.20.0' },
    { mode: 'low', agentapi_version: 'v1.0.0' },
    { mode: 'medium', agentapi_version: 'v10.11.0' },
    {
      mode: 'high',
      agentapi_version: '0.12.1',
      agentapi_download_url: 'https://mirror.example.com/{version}/{arch}',
    },
    { mode: 'ultra' },
    { mode: 'large' },
    { mode: 'my-plugin_mode2' },
    { agentapi_version: 'v0.11.8', enable_state_persistence: false },
    { workdir: '/' },
    // Null means the default.
    { enable_state_persistence: null, agentapi_port: null },
    { base_amp_config: '{}', mcp: '{}' },
    { mcp: '' },
    { mcp: null, order: null, group: null, pre_install_script: null, post_install_script: null },
    { amp_version: '0.0.1790142911-g7618fb', install_via_npm: true },
    { agentapi_port: 1 },
    { agentapi_port: 65535 },
    { cli_app: true },
  ];
  it('each by itself', async () => {
    const states = await template.planEach(
      Object.fromEntries(cases.map((inputs) => [show([inputs]), inputs])),
    );
    for (const [inputs, { resources }] of Object.entries(states)) {
      const addresses = resources.map(({ address }) => address);
      expect(addresses, inputs).toContainEqual(expect.stringMatching(/\.coder_script\.amp_session$/));
    }
  });
});
