import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded, scriptNamed, startPayload } from '../support/terraform/embedded.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';
import type { State } from '../support/terraform/terraform.ts';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

/** Tests cases, each of which begins with inputs of the module, on one plan of them all. */
function eachPlanned<Rest extends readonly unknown[]>(
  cases: readonly (readonly [inputs: Record<string, ModuleInput>, ...Rest])[],
  test: (state: State, ...rest: Rest) => void,
): void {
  const named = cases.map(([inputs, ...rest]) => [JSON.stringify(inputs), inputs, rest] as const);
  let states: Record<string, State>;
  beforeAll(async () => {
    states = await template.planEach(Object.fromEntries(named.map(([name, inputs]) => [name, inputs])));
  });
  it.each(named)('%s', (name, _, rest) => test(states[name]!, ...rest));
}

describe('the work folder', () => {
  // AgentAPI's module strips one trailing slash, which would leave nothing of "/".
  eachPlanned<[ours: string, agentapi: string]>(
    [
      [{ workdir: '/home/coder/project' }, '/home/coder/project', '/home/coder/project'],
      [{ workdir: '/home/coder/project/' }, '/home/coder/project', '/home/coder/project'],
      [{ workdir: '/' }, '/', '/.'],
    ],
    (state, ours, agentapi) => {
      expect(startPayload(state)).toContain(`\nexport AMP_MODULE_WORKDIR='${ours}'\n`);
      expect(embedded(state, 'ARG_WORKDIR')).toBe(agentapi);
    },
  );
});

describe("AgentAPI's apps get", () => {
  eachPlanned<[web: object | undefined, cli: object | undefined]>(
    [
      // No web app when none is wanted.
      [{ web_app: false }, undefined, undefined],
      // The slug, the port and the address type of the web app.
      [
        { session_key: 'review', agentapi_port: 4000, agentapi_subdomain: false },
        { slug: 'amp-review', url: 'http://localhost:4000/', subdomain: false },
        undefined,
      ],
      // The terminal app, when asked, with its own name, and the icon and the place of both.
      [
        { cli_app: true, cli_app_display_name: 'Shell', icon: '/icon/a.svg', order: 3, group: 'G' },
        { icon: '/icon/a.svg', order: 3, group: 'G' },
        { slug: 'amp-cli', display_name: 'Shell', icon: '/icon/a.svg', order: 3, group: 'G' },
      ],
      // A place of its own for the terminal app.
      [
        { cli_app: true, order: 1, cli_app_order: 7, cli_app_group: 'T', cli_app_icon: '/icon/t.svg' },
        { order: 1, group: null },
        { order: 7, group: 'T', icon: '/icon/t.svg' },
      ],
    ],
    (state, web, cli) => {
      const app = (name: string) =>
        state.resources.find(({ address }) => address.endsWith(`coder_app.${name}[0]`))?.values;
      for (const [name, wanted] of [
        ['agentapi_web', web],
        ['agentapi_cli', cli],
      ] as const) {
        if (wanted === undefined) expect(app(name)).toBeUndefined();
        else expect(app(name)).toMatchObject(wanted);
      }
    },
  );
});

describe('the names derived from a session key', () => {
  eachPlanned<[suffix: string]>(
    [
      [{ session_key: 'review' }, '-review'],
      [{ session_key: 'Review' }, '-review-aff0766'],
      [{ session_key: 'my second agent!' }, '-my-second-ag-862e8b4'],
      [{ session_key: '漢字' }, '-c6d2977'],
      [{ session_key: 'one of more than twenty characters' }, '-one-of-more-178b6e8'],
      [{ session_key: 'a--b' }, '-a-b-90827a2'],
      // As the terminal app of main, or of a key, is named.
      [{ session_key: 'cli' }, '-cli-99bb884'],
      [{ session_key: 'docs-cli' }, '-docs-cli-fe6bf7f'],
    ].map(([inputs, suffix]) => [{ ...(inputs as object), agentapi_port: 3285 }, suffix as string]),
    (state, suffix) => {
      const web = state.resources.find(({ address }) => address.endsWith('coder_app.agentapi_web[0]'));
      expect(web?.values['slug']).toBe(`amp${suffix}`);
      expect(scriptNamed(state, 'agentapi').script).toContain(
        `ARG_MODULE_DIR_NAME='.coder-modules/coder-labs/sourcegraph-amp/agentapi${suffix}'`,
      );
    },
  );
});

describe("AgentAPI's script has", () => {
  eachPlanned<[text: string]>(
    [
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
    ],
    (state, text) => expect(scriptNamed(state, 'agentapi').script).toContain(text),
  );
});
