import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded, scriptNamed, startPayload } from '../support/terraform/embedded.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

describe('the work folder', () => {
  // AgentAPI's module strips one trailing slash, which would leave nothing of "/".
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

  it('the slug, the port and the address type of the web app', async () => {
    const inputs = { session_key: 'review', agentapi_port: 4000, agentapi_subdomain: false };
    expect(await app(inputs, 'agentapi_web')).toMatchObject({
      slug: 'amp-review',
      url: 'http://localhost:4000/',
      subdomain: false,
    });
  });

  it('a folder of its own for the terminal app', async () => {
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
    // Our own install script does that.
    [{ install_agentapi: true }, "ARG_INSTALL_AGENTAPI='false'"],
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
