import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COLLISIONS, FIRST, SECOND } from '../support/terraform/collisions.ts';
import { TerraformError } from '../support/terraform/diagnostics.ts';
import { CONTRADICTIONS, NEEDS_AGENTAPI } from '../support/terraform/refusals/contradictions.ts';
import type { Refusal } from '../support/terraform/refusals/refusal.ts';
import { VALUES } from '../support/terraform/refusals/values.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

const named = (cases: readonly Record<string, ModuleInput>[]) =>
  Object.fromEntries(cases.map((inputs, at) => [`${at} ${JSON.stringify(inputs)}`, inputs]));

/** What Terraform says when it plans an instance of the module for each of these cases, one text per error. */
async function errorsOf(cases: readonly Refusal[]): Promise<string[]> {
  const error = await template.planEach(named(cases.map(([inputs]) => inputs))).catch((reason) => reason);
  if (!(error instanceof TerraformError)) throw new Error(`Accepted: ${JSON.stringify(cases)}`);
  if (error.diagnostics.length === 0) throw error;
  return error.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
}

describe('refused, naming the input and what is allowed', () => {
  it.each([
    ['values', VALUES],
    ['contradictions', CONTRADICTIONS],
    ['what needs AgentAPI', NEEDS_AGENTAPI],
    ['collisions of two instances', COLLISIONS],
  ])('%s', async (_, cases) => {
    // Terraform looks at a variable once those that its rules refer to are right, in all instances: so again
    // without those that have been refused.
    for (let left = cases; left.length > 0; ) {
      const said = await errorsOf(left);
      left = left.filter(([, message]) => {
        const at = said.findIndex((text) => text.includes(message));
        return said.splice(at, at === -1 ? 0 : 1).length === 0;
      });
      expect(said, 'an error that no case is about').toEqual([]);
    }
  });
});

describe('accepted', () => {
  const cases: Record<string, ModuleInput>[] = [
    { mode: '', agentapi_version: 'latest' },
    { mode: 'free', agentapi_version: 'v0.12.0' },
    { mode: 'smart', agentapi_version: 'v0.20.0' },
    { mode: 'low', agentapi_version: 'v1.0.0' },
    { mode: 'ultra', agentapi_version: 'v10.11.0' },
    { mode: 'my-plugin_mode2', agentapi_version: 'v0.13.0-rc.1' },
    {
      agentapi_version: '0.12.1',
      agentapi_download_url: 'http://mirror.example.com/agentapi-{arch}-{version}?{arch}',
    },
    { agentapi_version: 'v0.11.8', enable_state_persistence: false },
    { workdir: '/' },
    // Null means the default.
    { enable_state_persistence: null, agentapi_port: null },
    { base_amp_config: '{}', mcp: '{}' },
    { mcp: '' },
    { mcp: null, order: null, group: null, pre_install_script: null, post_install_script: null },
    { mcp: '{"a":{"command":"a","args":["-x"],"env":{"A":"1"}},"b":{"url":"https://mcp.example.com"}}' },
    {
      permissions: JSON.stringify([
        { tool: 'Bash', action: 'allow', matches: { cmd: 'ls' } },
        { tool: 'Read', action: 'reject' },
        { tool: 'mcp__*', action: 'delegate', to: 'amp-permit' },
        { tool: '*', action: 'ask' },
      ]),
    },
    {
      base_amp_config: JSON.stringify({
        'amp.permissions': [{ tool: '*', action: 'ask' }],
        'amp.mcpServers': { a: { url: 'https://mcp.example.com' } },
      }),
    },
    { amp_version: '0.0.1790142911-g7618fb', install_via_npm: true },
    { agentapi_port: 1 },
    { agentapi_port: 65535 },
    { cli_app: true },
    { thread_id: 'T-0C5FA1A2-93ac-4d0b-b1c5-0e3f1f2a3b4c' },
    { state_file_path: '/data/a b/state.json', pid_file_path: '/run/amp.pid' },
    { enable_boundary: true, boundary_config_path: '/home/coder/boundary.yaml' },
    { enable_boundary: true, use_boundary_directly: true, boundary_version: 'v0.5.2' },
    { enable_boundary: true, compile_boundary_from_source: true, boundary_version: 'main' },
    // Without AgentAPI, what only switches something off or may be meant for another instance.
    {
      ...{ enable_agentapi: false, web_app: false, report_tasks: false, task_log_snapshot: false },
      ...{ agentapi_subdomain: false, install_agentapi: false, wait_for: ['clone'], thread_id: '' },
    },
    SECOND,
    { ...SECOND, amp_version: FIRST.installation.amp_version },
    { ...SECOND, pid_file_path: '/run/amp/review.pid', state_file_path: '/data/agentapi/review.json' },
    // The other one has no port.
    { ...SECOND, agentapi_port: 3284, other_instances: [{ ...FIRST, agentapi_port: null }] },
  ];
  it('each by itself', async () => {
    for (const [inputs, { resources }] of Object.entries(await template.planEach(named(cases)))) {
      const addresses = resources.map(({ address }) => address);
      expect(addresses, inputs).toContainEqual(expect.stringMatching(/\.coder_script\.amp_session$/));
    }
  });
});
