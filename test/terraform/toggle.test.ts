import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPayload, scriptNamed, startPayload } from '../support/terraform/embedded.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';
import { coderEnvs, coderScripts, type State } from '../support/terraform/terraform.ts';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

const startedScripts = [
  { name: 'agentapi', runOnStart: true, runOnStop: false },
  { name: 'agentapi_shutdown', runOnStart: false, runOnStop: true },
  { name: 'amp_session', runOnStart: true, runOnStop: false },
  { name: 'amp_session_commands', runOnStart: true, runOnStop: false },
  { name: 'amp_session_library', runOnStart: true, runOnStop: false },
  { name: 'amp_session_stop', runOnStart: false, runOnStop: true },
];

/** Everything of ours that runs in the workspace, by purpose. */
const ourTexts = (state: State): Record<string, string> => ({
  session: scriptNamed(state, 'amp_session').script,
  stop: scriptNamed(state, 'amp_session_stop').script,
  install: installPayload(state),
  start: startPayload(state),
});

// One template goes through every combination, as a template admin would: each switch alone, off and on
// again.
describe.each([
  [true, true],
  [false, true],
  [false, false],
  [true, false],
  [true, true],
])('enable_state_persistence = %s, report_tasks = %s', (enabled, reports) => {
  const inputs = { enable_state_persistence: enabled, report_tasks: reports, amp_api_key: 'key' };

  it('affects all four scripts of ours and both of AgentAPI at start', async () => {
    const state = await template.apply({ ...inputs, ai_prompt: 'Go' });

    const scripts = coderScripts(state).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(scripts.map(({ name, runOnStart, runOnStop }) => ({ name, runOnStart, runOnStop }))).toEqual(
      startedScripts,
    );
    for (const [name, text] of Object.entries(ourTexts(state))) {
      expect([name, text.match(/^export AMP_MODULE_PERSISTENCE='.*'$/gm)]).toEqual([
        name,
        [`export AMP_MODULE_PERSISTENCE='${enabled}'`],
      ]);
    }
    for (const name of ['agentapi', 'agentapi_shutdown']) {
      expect(scriptNamed(state, name).script).toContain(`ARG_ENABLE_STATE_PERSISTENCE='${enabled}'`);
    }
    const { start } = ourTexts(state);
    expect(start).toContain(`export CODER_MCP_APP_STATUS_SLUG='${reports ? 'amp' : ''}'`);
    expect(start?.includes('coder_report_task tool')).toBe(reports);
    expect(coderEnvs(state)).toContainEqual({ name: 'AMP_API_KEY', value: 'key' });
    expect(state.outputs['task_app_id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('leaves no script, variable or app at stop, but still an output', async () => {
    const state = await template.apply(inputs, { transition: 'stop' });
    expect(state.resources.filter(({ mode }) => mode === 'managed').map(({ address }) => address)).toEqual([
      'coder_agent.main',
    ]);
    expect(state.outputs['task_app_id']).toBe('');
  });
});

it("is on when the template doesn't set it", async () => {
  const state = await template.plan({});
  expect(startPayload(state)).toContain("export AMP_MODULE_PERSISTENCE='true'");
  expect(scriptNamed(state, 'agentapi').script).toContain("ARG_ENABLE_STATE_PERSISTENCE='true'");
});

it('is valid, and can be destroyed', async () => {
  await template.project.validate();
  await template.apply({});
  await template.project.destroy();
  expect((await template.project.state()).resources).toEqual([]);
});
