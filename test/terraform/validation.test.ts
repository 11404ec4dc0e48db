import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

const show = (inputs: Record<string, ModuleInput>) => JSON.stringify(inputs);

describe('refused, naming the input and what is allowed', () => {
  const cases: [Record<string, ModuleInput>, RegExp][] = [
    [{ workdir: 'project' }, /workdir must be an absolute path/],
    [{ workdir: '' }, /workdir must be an absolute path/],
    [{ workdir: '~/project' }, /workdir must be an absolute path/],
    [{ workdir: null }, /workdir/],
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
    [
      { permissions: '[{"tool":"","action":"bogus"}]' },
      /permissions must be empty or a JSON array of rules, each with a tool and an action/,
    ],
    [{ amp_version: '-g' }, /amp_version must be empty or one version/],
    [{ amp_version: '1 2' }, /amp_version must be/],
    [{ agentapi_version: '' }, /agentapi_version must be a release/],
    [{ agentapi_version: "v1'; reboot #" }, /agentapi_version must be a release/],
    [{ agentapi_version: '0.12.1' }, /The v may only be left out with agentapi_download_url/],
    [
      { agentapi_download_url: 'https://mirror.example.com/agentapi' },
      /agentapi_download_url must have both \{version\} and \{arch\} in it/,
    ],
    [
      { agentapi_version: 'v0.11.8' },
      /agentapi_version v0\.11\.8 can't .*Set agentapi_version to v0\.12\.0 or later/,
    ],
    [{ agentapi_version: 'v0.2.30' }, /enable_state_persistence to false/],
    [{ agentapi_version: 'v0.9.1' }, /agentapi_version v0\.9\.1 can't/],
    [{ agentapi_version: 'v0.11.0-rc.1' }, /agentapi_version v0\.11\.0-rc\.1 can't/],
    [{ agentapi_version: 'v0.12.0-rc.1' }, /agentapi_version v0\.12\.0-rc\.1 can't/],
    [{ agentapi_port: 0 }, /agentapi_port must be null or a whole number from 1 to 65535/],
    [{ agentapi_port: 65536 }, /agentapi_port must be/],
    [{ agentapi_port: 3284.5 }, /agentapi_port must be/],
    [{ cli_app: true, agentapi_port: 3285 }, /cli_app can only be true while agentapi_port is 3284/],
  ];
  it.each(cases.map(([inputs, message]) => [show(inputs), inputs, message] as const))(
    '%s',
    async (_, inputs, message) => {
      await expect(template.plan(inputs)).rejects.toThrow(message);
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
  it.each(cases.map((inputs) => [show(inputs), inputs] as const))('%s', async (_, inputs) => {
    const state = await template.plan(inputs);
    expect(state.resources.map(({ address }) => address)).toContain('module.amp[0].coder_script.amp_session');
  });
});
