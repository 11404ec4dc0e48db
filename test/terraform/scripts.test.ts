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
export AMP_MODULE_DIR_NAME='.amp-module'
export AMP_MODULE_PERSISTENCE='true'
export AMP_MODULE_PORT='4000'
export AMP_MODULE_SESSION_KEY='main'
export AMP_MODULE_SLUG='amp'
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
      workdir: '/w/',
      ai_prompt: 'Go',
      report_tasks: false,
    });
    expect(startPayload(state)).toBe(
      `${await header()}export AMP_MODULE_MODE='high'\nexport AMP_MODULE_WORKDIR='/w'\nAMP_MODULE_PROMPT='Go'\n${await read('start.sh')}`,
    );
  });

  it('install: header, settings, install.sh', async () => {
    const state = await template.plan({ agentapi_port: 4000 });
    const defaults =
      '{"amp.anthropic.thinking.enabled":true,"amp.terminal.animation":false,"amp.todos.enabled":true}';
    expect(installPayload(state)).toBe(`${await header()}export AMP_MODULE_AMP_VERSION=''
export AMP_MODULE_BASE_CONFIG='${defaults}'
export AMP_MODULE_INSTALL_AMP='true'
export AMP_MODULE_INSTALL_VIA_NPM='false'
export AMP_MODULE_INSTRUCTIONS=''
export AMP_MODULE_MCP=''
export AMP_MODULE_REPORT_TASKS='true'
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
