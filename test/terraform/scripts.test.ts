import { readFile } from 'node:fs/promises';
import path, { relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { openerOf } from '../../shim/agent/opener.ts';
import { type BundleFile, bundleParts, bundleSha256, partVariables } from '../support/bundle.ts';
import { installPayload, scriptNamed, startPayload, unwrapped } from '../support/terraform/embedded.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { openTemplate } from '../support/terraform/template.ts';
import { coderEnvs, coderScripts, type State, WORKSPACE_ID } from '../support/terraform/terraform.ts';

const KEY = 'sgamp_user_0123456789abcdef';

/** What is looked at below, each by its name. */
const INSTANCES = {
  ordinary: { agentapi_port: 4000 },
  prompted: {
    agentapi_port: 4000,
    mode: 'high',
    thread_id: 'T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c',
    workdir: '/w/',
    ai_prompt: 'Go',
    on_interrupted_turn: ' Go on.\n',
    report_tasks: false,
  },
  terminal: {
    enable_agentapi: false,
    // As a heredoc has it.
    on_interrupted_turn: 'nothing\n',
    session_key: "it's mine",
    labels: ["it's one"],
    pre_install_script: "#!/bin/sh\necho 'early'\n",
  },
  reporting: { ai_prompt: 'Fix it.', report_tasks: true },
  silent: { ai_prompt: 'Fix it.', report_tasks: false },
  idle: { ai_prompt: '', report_tasks: true },
  keyed: { amp_api_key: KEY, ai_prompt: 'Go' },
  variables: {
    enable_boundary: true,
    boundary_config_path: '/b.yaml',
    amp_url: 'https://amp.example.com',
  },
} satisfies Record<string, Record<string, ModuleInput>>;

let planned: Record<keyof typeof INSTANCES, State>;
beforeAll(async () => {
  const template = await openTemplate();
  try {
    planned = await template.planEach(INSTANCES);
  } finally {
    await template.close();
  }
});

const read = (name: string) => readFile(path.resolve(import.meta.dirname, '../../scripts', name), 'utf8');
/** Files of scripts/ concatenated, without their comment-only lines. */
const readAll = async (...names: string[]) =>
  (await Promise.all(names.map(read))).join('').replaceAll(/^[ \t]*#.*\n/gm, '');

/** The prefix of a script of the instance on port 4000: the common settings and its own, by name. */
async function exports(own: Record<string, string>): Promise<string> {
  const settings = {
    BUNDLE_SHA256: bundleSha256(),
    AGENTAPI_DIR: '.coder-modules/coder-labs/sourcegraph-amp/agentapi',
    PERSISTENCE: 'true',
    PORT: '4000',
    SESSION_KEY: 'main',
    STATE_DIR: '.coder-modules/coder-labs/sourcegraph-amp',
    ...own,
  };
  const named = Object.entries(settings).map(([name, value]): [string, string] => [
    name.startsWith('CODER_') ? name : `AMP_MODULE_${name}`,
    value,
  ]);
  const sorted = named.sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, value]) => `export ${name}='${value}'\n`).join('');
}

/** Where `amp-session` looks for what opens Amp without AgentAPI. */
const OPENER = relative('/state', openerOf({ stateFolder: '/state', key: 'main' }));

/** The variables with which a script carries a file of the bundle. */
const PART =
  /^AMP_MODULE_PART='([A-Za-z0-9+/=]+)'\nAMP_MODULE_PART_NAME=(\S+)\nAMP_MODULE_PART_SHA256=(\w+)\n/m;
const withoutPart = (script: string) => script.replace(PART, '');
function partOf(script: string): BundleFile & { readonly sha256: string } {
  const [, packed = '', name = '', sha256 = ''] = PART.exec(script) ?? [];
  return { name, text: gunzipSync(Buffer.from(packed, 'base64')).toString(), sha256 };
}
const carried = (file: BundleFile) => ({ ...file, sha256: partVariables(file).AMP_MODULE_PART_SHA256 });

describe('what runs in the workspace', () => {
  it('session: settings, launcher, main.cjs, the part for starts, place.sh', async () => {
    const { script } = scriptNamed(planned.ordinary, 'amp_session');
    const quoted = async (name: string) => (await read(name)).replaceAll("'", String.raw`'\''`);
    const launcher = await quoted('amp-session.sh');
    const main = await quoted('amp-session/main.cjs');
    const settings = await exports({
      FIREWALL: '',
      SYNC_NAME: 'coder-labs-sourcegraph-amp-place_script',
    });
    expect(withoutPart(script)).toBe(
      `#!/usr/bin/env bash\n${settings}AMP_MODULE_LAUNCHER='${launcher}'\nAMP_MODULE_MAIN='${main}'\n${await readAll('processes.sh', 'common.sh', 'place-part.sh', 'place.sh')}`,
    );
    expect(partOf(script)).toEqual(carried(bundleParts().start));
  });

  it.each(['commands', 'library'] as const)('%s: settings, that part, place-rest.sh', async (part) => {
    const { script } = scriptNamed(planned.ordinary, `amp_session_${part}`);
    expect(withoutPart(script)).toBe(
      `#!/usr/bin/env bash\n${await exports({})}${await readAll('processes.sh', 'common.sh', 'place-part.sh', 'place-rest.sh')}`,
    );
    expect(partOf(script)).toEqual(carried(bundleParts()[part]));
  });

  it('stop: settings, stop.sh', async () => {
    const { script } = scriptNamed(planned.ordinary, 'amp_session_stop');
    expect(script).toBe(
      `#!/usr/bin/env bash\n${await exports({ RUNNER_NAME: '' })}${await readAll('processes.sh', 'as-user.sh', 'common.sh', 'stop.sh')}`,
    );
  });

  it('start: settings, the prompt unexported, start.sh', async () => {
    const settings = await exports({
      AMP_OPTIONS: '["--mode","high"]',
      FIREWALL: '',
      ON_INTERRUPTED_TURN: 'Go on.',
      RUNNER_FILE: 'runner',
      SYNC_NAME: 'coder-labs-sourcegraph-amp-post_install_script\ncoder-labs-sourcegraph-amp-start_script',
      THREAD_ID: 'T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c',
      WORKDIR: '/w',
      WORKSPACE_ID,
      CODER_MCP_AI_AGENTAPI_URL: '',
      CODER_MCP_APP_STATUS_SLUG: '',
    });
    expect(startPayload(planned.prompted)).toBe(
      `${settings}AMP_MODULE_OPTION_WORDS=('--mode' 'high')\nAMP_MODULE_PROMPT='Go'\n${await readAll('processes.sh', 'as-user.sh', 'common.sh', 'agent.sh', 'start.sh')}`,
    );
  });

  it('install: settings, install.sh with its parts', async () => {
    const settings = await exports({
      AGENTAPI_ASKED: 'false',
      AGENTAPI_SHA256: '',
      AGENTAPI_URL: '',
      AGENTAPI_VERSION: 'v0.12.1',
      AMP_INSTALL_URL: 'https://ampcode.com/install.sh',
      AMP_UPDATES: 'auto',
      AMP_VERSION: '',
      BASE_CONFIG:
        '{"amp.anthropic.thinking.enabled":true,"amp.terminal.animation":false,"amp.todos.enabled":true}',
      BESIDE: '',
      INSTALL_AGENTAPI: 'true',
      INSTALL_AMP: 'true',
      INSTALL_VIA_NPM: 'false',
      INSTRUCTIONS: '',
      MANAGED: '',
      MCP: '',
      NPM_REGISTRY: '',
      OPENER,
      START_SYNC_NAME: 'coder-labs-sourcegraph-amp-start_script',
      SYNC_NAME: 'coder-labs-sourcegraph-amp-pre_install_script\ncoder-labs-sourcegraph-amp-install_script',
      WAIT_FOR: '',
    });
    const parts = ['lock', 'download', 'agentapi', 'amp', 'managed'].map((part) => `install-${part}.sh`);
    expect(installPayload(planned.ordinary)).toBe(
      `${settings}${await readAll('processes.sh', 'as-user.sh', 'common.sh', ...parts, 'install.sh')}`,
    );
  });

  it('without AgentAPI: what opens Amp, within what installs it and puts that in place', async () => {
    const payload = unwrapped(scriptNamed(planned.terminal, 'amp_install').script);
    const opener = openerOf({ stateFolder: '/state', key: INSTANCES.terminal.session_key });
    expect(payload).toContain(`export AMP_MODULE_OPENER='${relative('/state', opener)}'\n`);
    expect(payload).toContain("AMP_MODULE_PRE_INSTALL='#!/bin/sh\necho '\\''early'\\''\n'\n");
    expect(
      payload.endsWith(await readAll('processes.sh', 'as-user.sh', 'common.sh', 'put-opener.sh', 'steps.sh')),
    ).toBe(true);
  });
});

it.each([
  'agent',
  'common',
  'place',
  'start',
  'steps',
  'stop',
  'terminal',
  'install',
  'install-lock',
  'install-download',
  'install-agentapi',
  'install-amp',
  'install-managed',
])('%s.sh means the same to bash without those lines', async (name) => {
  const parsed = async (text: string) =>
    (await execa('bash', ['-c', `f() {\n${text}\n}\ndeclare -f f`])).stdout;
  expect(await parsed(await readAll(`${name}.sh`))).toBe(await parsed(await read(`${name}.sh`)));
});

describe('the prompt', () => {
  const preface =
    'Every step of the way, report your progress using coder_report_task tool with proper summary and statuses. Your task at hand: ';
  it.each([
    ['asks for reports', 'reporting', `${preface}Fix it.`],
    ['asks for none when they are off', 'silent', 'Fix it.'],
    ['stays empty when there is none', 'idle', ''],
  ] as const)('%s', (_, name, prompt) => {
    expect(startPayload(planned[name])).toContain(`\nAMP_MODULE_PROMPT='${prompt}'\n`);
  });
});

describe('the API key', () => {
  it('is an environment variable and appears in no script, encoded or not', () => {
    const state = planned.keyed;
    expect(coderEnvs(state)).toContainEqual({ name: 'AMP_API_KEY', value: KEY });
    const texts = [
      ...coderScripts(state).map(({ script }) => script),
      installPayload(state),
      startPayload(state),
    ];
    expect(texts).toHaveLength(8);
    for (const text of texts) {
      expect(text).not.toContain(KEY);
      expect(text).not.toContain(Buffer.from(KEY).toString('base64').slice(0, -4));
    }
  });

  it('is not set when there is none', () => {
    const names = coderEnvs(planned.ordinary).map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(['AMP_MODULE_UNSET']));
  });
});

it("sets the boundary's configuration and Amp's server as variables of the workspace", () => {
  const envs = coderEnvs(planned.variables).sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(envs).toEqual([
    { name: 'AMP_MODULE_UNSET', value: '' },
    { name: 'AMP_URL', value: 'https://amp.example.com' },
    { name: 'BOUNDARY_CONFIG', value: '/b.yaml' },
  ]);
});
