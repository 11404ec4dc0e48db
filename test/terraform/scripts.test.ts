import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded, installPayload, scriptNamed, startPayload } from '../support/terraform/embedded.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';
import { coderEnvs, coderScripts } from '../support/terraform/terraform.ts';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

const read = (name: string) => readFile(path.resolve(import.meta.dirname, '../../scripts', name), 'utf8');

/** What every script of ours begins with. */
async function header(): Promise<string> {
  const sha256 = createHash('sha256').update(await read('amp-session.mjs'));
  return `export AMP_MODULE_BUNDLE_SHA256='${sha256.digest('hex')}'
export AMP_MODULE_AGENTAPI_DIR='.amp-module'
export AMP_MODULE_PERSISTENCE='true'
export AMP_MODULE_PORT='4000'
export AMP_MODULE_SESSION_KEY='main'
export AMP_MODULE_STATE_DIR='.amp-module'
`;
}

describe('what runs in the workspace', () => {
  it('session: header, launcher, bundle, place.sh', async () => {
    const { script } = scriptNamed(await template.plan({ agentapi_port: 4000 }), 'amp_session');
    const bundle = /^AMP_MODULE_BUNDLE='([A-Za-z0-9+/=]+)'$/m.exec(script)?.[1] ?? '';
    const launcher = (await read('amp-session.sh')).replaceAll("'", String.raw`'\''`);
    expect(script).toBe(
      `#!/usr/bin/env bash\n${await header()}AMP_MODULE_LAUNCHER='${launcher}'\nAMP_MODULE_BUNDLE='${bundle}'\n${await read('place.sh')}`,
    );
    expect(gunzipSync(Buffer.from(bundle, 'base64')).toString()).toBe(await read('amp-session.mjs'));
  });

  it('stop: header, stop.sh', async () => {
    const { script } = scriptNamed(await template.plan({ agentapi_port: 4000 }), 'amp_session_stop');
    expect(script).toBe(`#!/usr/bin/env bash\n${await header()}${await read('stop.sh')}`);
  });

  it('start: header, settings, the prompt unexported, start.sh', async () => {
    const state = await template.plan({
      agentapi_port: 4000,
      mode: 'high',
      thread_id: 'T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c',
      workdir: '/w/',
      ai_prompt: 'Go',
      report_tasks: false,
    });
    expect(startPayload(state)).toBe(
      `${await header()}export AMP_MODULE_AMP_OPTIONS='["--mode","high"]'
export AMP_MODULE_THREAD_ID='T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c'
export AMP_MODULE_WORKDIR='/w'
export CODER_MCP_AI_AGENTAPI_URL=''
export CODER_MCP_APP_STATUS_SLUG=''
AMP_MODULE_OPTION_WORDS=('--mode' 'high')
AMP_MODULE_PROMPT='Go'
${await read('start.sh')}`,
    );
  });

  it('install: header, settings, install.sh', async () => {
    const state = await template.plan({ agentapi_port: 4000 });
    const defaults =
      '{"amp.anthropic.thinking.enabled":true,"amp.terminal.animation":false,"amp.todos.enabled":true}';
    expect(
      installPayload(state),
    ).toBe(`${await header()}export AMP_MODULE_AMP_INSTALL_URL='https://ampcode.com/install.sh'
export AMP_MODULE_AMP_VERSION=''
export AMP_MODULE_AWAIT_AGENTAPI='false'
export AMP_MODULE_BASE_CONFIG='${defaults}'
export AMP_MODULE_INSTALL_AMP='true'
export AMP_MODULE_INSTALL_VIA_NPM='false'
export AMP_MODULE_INSTRUCTIONS=''
export AMP_MODULE_MCP=''
export AMP_MODULE_NPM_REGISTRY=''
${await read('install.sh')}`);
  });
});

describe('the prompt', () => {
  const preface =
    'Every step of the way, report your progress using coder_report_task tool with proper summary and statuses. Your task at hand: ';
  const cases: [string, Record<string, ModuleInput>, string][] = [
    ['asks for reports', { ai_prompt: 'Fix it.', report_tasks: true }, `${preface}Fix it.`],
    ['asks for none when they are off', { ai_prompt: 'Fix it.', report_tasks: false }, 'Fix it.'],
    ['stays empty when there is none', { ai_prompt: '', report_tasks: true }, ''],
  ];
  it.each(cases)('%s', async (_, inputs, prompt) => {
    expect(startPayload(await template.plan(inputs))).toContain(`\nAMP_MODULE_PROMPT='${prompt}'\n`);
  });
});

describe('the work folder', () => {
  // AgentAPI's module takes one slash off the end of what it is given: of "/" nothing would be left.
  const cases: [given: string, ours: string, agentapi: string][] = [
    ['/home/coder/project', '/home/coder/project', '/home/coder/project'],
    ['/home/coder/project/', '/home/coder/project', '/home/coder/project'],
    ['/', '/', '/.'],
  ];
  it.each(cases)('%s', async (workdir, ours, agentapi) => {
    const state = await template.plan({ workdir });
    expect(startPayload(state)).toContain(`\nexport AMP_MODULE_WORKDIR='${ours}'\n`);
    expect(embedded(state, 'ARG_WORKDIR')).toBe(agentapi);
  });
});

describe('the API key', () => {
  const key = 'sgamp_user_0123456789abcdef';

  it('is an environment variable and stands in no script, encoded or not', async () => {
    const state = await template.apply({ amp_api_key: key, ai_prompt: 'Go' });
    expect(coderEnvs(state)).toEqual([{ name: 'AMP_API_KEY', value: key }]);
    const texts = [
      ...coderScripts(state).map(({ script }) => script),
      installPayload(state),
      startPayload(state),
    ];
    expect(texts).toHaveLength(6);
    for (const text of texts) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(Buffer.from(key).toString('base64').slice(0, -4));
    }
  });

  it('leaves no variable behind when there is none', async () => {
    expect(coderEnvs(await template.apply({}))).toEqual([]);
  });
});

it('shows the terminal app with its own name and icon when asked', async () => {
  const state = await template.plan({
    cli_app: true,
    cli_app_display_name: 'Shell',
    icon: '/icon/a.svg',
    order: 3,
    group: 'G',
  });
  const app = state.resources.find(({ address }) => address.endsWith('coder_app.agentapi_cli[0]'));
  expect(app?.values).toMatchObject({
    slug: 'amp-cli',
    display_name: 'Shell',
    icon: '/icon/a.svg',
    order: 3,
    group: 'G',
  });
});

describe("AgentAPI's module gets", () => {
  const app = async (inputs: Record<string, ModuleInput>, name: string) =>
    (await template.plan(inputs)).resources.find(({ address }) => address.includes(`coder_app.${name}[0]`))
      ?.values;

  it('no web app when none is wanted', async () => {
    expect(await app({ web_app: false }, 'agentapi_web')).toBeUndefined();
  });

  it('the slug, the port and the kind of address of the web app', async () => {
    const inputs = { session_key: 'review', agentapi_port: 4000, agentapi_subdomain: false };
    expect(await app(inputs, 'agentapi_web')).toMatchObject({
      slug: 'amp-review',
      url: 'http://localhost:4000/',
      subdomain: false,
    });
  });

  it('a place of its own for the terminal app', async () => {
    const inputs = {
      cli_app: true,
      order: 1,
      cli_app_order: 7,
      cli_app_group: 'T',
      cli_app_icon: '/icon/t.svg',
    };
    expect(await app(inputs, 'agentapi_cli')).toMatchObject({ order: 7, group: 'T', icon: '/icon/t.svg' });
    expect(await app(inputs, 'agentapi_web')).toMatchObject({ order: 1, group: null });
  });

  it.each([
    [{ state_file_path: '/data/a b.json' }, "ARG_STATE_FILE_PATH='/data/a b.json'"],
    [{ pid_file_path: '/run/a.pid' }, "ARG_PID_FILE_PATH='/run/a.pid'"],
    [{ module_dir_name: 'agents/amp' }, "ARG_MODULE_DIR_NAME='agents/amp'"],
    [{ task_log_snapshot: false }, "ARG_TASK_LOG_SNAPSHOT='false'"],
    [{ enable_boundary: true }, "ARG_ENABLE_BOUNDARY='true'"],
    [{ enable_boundary: true, use_boundary_directly: true }, "ARG_USE_BOUNDARY_DIRECTLY='true'"],
    [
      { enable_boundary: true, compile_boundary_from_source: true, boundary_version: 'main' },
      "ARG_COMPILE_BOUNDARY_FROM_SOURCE='true'",
    ],
    [
      { enable_boundary: true, use_boundary_directly: true, boundary_version: 'v0.5.2' },
      "ARG_BOUNDARY_VERSION='v0.5.2'",
    ],
  ])('%j', async (inputs: Record<string, ModuleInput>, text) => {
    expect(scriptNamed(await template.plan(inputs), 'agentapi').script).toContain(text);
  });
});

it("sets the boundary's configuration and Amp's server as variables of the workspace", async () => {
  const inputs = {
    enable_boundary: true,
    boundary_config_path: '/b.yaml',
    amp_url: 'https://amp.example.com',
  };
  const envs = coderEnvs(await template.apply(inputs)).sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(envs).toEqual([
    { name: 'AMP_URL', value: 'https://amp.example.com' },
    { name: 'BOUNDARY_CONFIG', value: '/b.yaml' },
  ]);
});
