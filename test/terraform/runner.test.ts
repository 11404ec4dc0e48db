// enable_runner: what it adds to a plan, and the name that the runner gets.
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';
import { coderScripts, type State } from '../support/terraform/terraform.ts';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

function textOf(state: State, name: string): string {
  const script = coderScripts(state).find((one) => one.name === name)?.script ?? '';
  const packed = /printf %s '([^']+)'/.exec(script)?.[1];
  return packed === undefined ? script : gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
}
const appOf = ({ resources }: State) =>
  resources.find(({ address }) => address.endsWith('coder_app.runner[0]'));

it('adds an app and a script of its own, which has the prompt only where no AgentAPI does', async () => {
  const alone = { enable_runner: true, enable_agentapi: false, ai_prompt: "It's for the runner" };
  const planned = await template.planEach({
    off: { enable_agentapi: false },
    alone,
    named: { ...alone, runner_name: 'box.example', amp_url: 'https://amp.example.com' },
    second: {
      enable_runner: true,
      session_key: 'review',
      agentapi_port: 3285,
      ai_prompt: 'for AgentAPI',
      runner_directories: ['/home/coder/docs', "/home/coder/it's"],
    },
  });
  expect(appOf(planned.off)).toBe(undefined);
  expect(textOf(planned.off, 'amp_install')).not.toContain('runner-prepare');

  expect(appOf(planned.alone)?.values).toMatchObject({
    slug: 'amp-runner',
    external: true,
    url: 'https://ampcode.com',
  });
  const install = textOf(planned.alone, 'amp_install');
  expect(install).toContain('launch_runner()');
  // Quoted once for the runner's script, and again as its text.
  expect(install).toContain("AMP_MODULE_PROMPT='\\''It'\\''\\'\\'''\\''s for the runner'\\''");
  expect(install).toContain("AMP_MODULE_RUNNER_NAME='\\''default-default'\\''");

  expect(appOf(planned.named)?.values['url']).toBe('https://amp.example.com');
  expect(textOf(planned.named, 'amp_session_stop')).toContain("AMP_MODULE_RUNNER_NAME='box.example'");

  expect(appOf(planned.second)?.values['slug']).toBe('amp-review-runner');
  expect(textOf(planned.second, 'amp_session_stop')).toContain(
    "AMP_MODULE_RUNNER_NAME='default-default-review'",
  );
});

it.each([
  ['Dev.Box', /^default-dev-box-[0-9a-f]{8}$/],
  ['x'.repeat(70), /^default-x{46}-[0-9a-f]{8}$/],
])('makes a host name of the workspace %s', async (workspace, name) => {
  const state = await template.plan({ enable_runner: true, enable_agentapi: false }, { workspace });
  const stop = textOf(state, 'amp_session_stop');
  expect(/AMP_MODULE_RUNNER_NAME='([^']*)'/.exec(stop)?.[1]).toMatch(name);
});
