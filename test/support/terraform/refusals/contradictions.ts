import { config, each, MIRROR, type Refusal, THREAD } from './refusal.ts';

const boundary = { enable_boundary: true };
const source = { compile_boundary_from_source: true };

export const CONTRADICTIONS: readonly Refusal[] = [
  [{ npm_registry: MIRROR }, 'npm_registry has no effect unless install_amp and install_via_npm are true'],
  [
    { npm_registry: MIRROR, install_via_npm: true, install_amp: false },
    'npm_registry has no effect unless install_amp and install_via_npm are true',
  ],
  ...each('amp_install_url', [`${MIRROR}/i.sh`], 'amp_install_url has no effect', { install_via_npm: true }),
  ...each('amp_install_url', [`${MIRROR}/i.sh`], 'amp_install_url has no effect', { install_amp: false }),
  [
    { amp_updates: 'warn', base_amp_config: config('updates.mode', 'disabled') },
    'amp_updates and "amp.updates.mode" in base_amp_config or amp_settings are the same setting',
  ],
  [
    { permissions: '[]', base_amp_config: config('permissions', []) },
    'permissions and "amp.permissions" in base_amp_config or amp_settings are the same setting',
  ],
  [
    { permissions: '[]', amp_settings: config('permissions', []) },
    'permissions and "amp.permissions" in base_amp_config or amp_settings are the same setting',
  ],
  [{ amp_settings: '{}', base_amp_config: '{}' }, 'amp_settings and base_amp_config are the same settings'],
  [
    { thread_id: THREAD, enable_state_persistence: false },
    'thread_id needs enable_state_persistence = true: without it every start has a new thread.',
  ],
  ...['v0.11.8', 'v0.2.30', 'v0.9.1', 'v0.11.0-rc.1', 'v0.12.0-rc.1'].map(
    (version): Refusal => [
      { agentapi_version: version },
      `agentapi_version ${version} can't keep the chat over a restart. Set agentapi_version to v0.12.0 or later, or enable_state_persistence to false.`,
    ],
  ),
  [{ session_key: 'review' }, "agentapi_port must be set when session_key isn't main: 3284 belongs to"],
  [{ cli_app: true, agentapi_port: 3285 }, 'cli_app can only be true while agentapi_port is 3284'],
  ...each('pid_file_path', ['/a/b', '//a//b'], 'pid_file_path and state_file_path must be different files', {
    state_file_path: '/a/b',
  }),
  [{ boundary_config_path: '/a' }, 'boundary_config_path has no effect without enable_boundary = true'],
  [
    { ...boundary, agent_firewall_wrapper_path: '/usr/local/bin/firewall' },
    'agent_firewall_wrapper_path and enable_boundary both put a firewall around Amp',
  ],
  [{ use_boundary_directly: true }, 'use_boundary_directly has no effect without enable_boundary'],
  [{ ...source, boundary_version: 'main' }, 'compile_boundary_from_source needs enable_boundary = true'],
  [
    { ...boundary, ...source, use_boundary_directly: true, boundary_version: 'main' },
    'compile_boundary_from_source needs enable_boundary = true and use_boundary_directly = false',
  ],
  [
    { ...boundary, boundary_version: 'v0.5.2' },
    'boundary_version has no effect unless use_boundary_directly',
  ],
  [{ ...boundary, ...source }, 'boundary_version must be a tag, branch or commit, such as main'],
  [
    { agentapi_download_url: `${MIRROR}/{version}/{arch}`, install_agentapi: false },
    'agentapi_download_url has no effect with install_agentapi = false',
  ],
  ...[{ agentapi_version: 'latest' }, { install_agentapi: false }].map(
    (inputs): Refusal => [
      { ...inputs, agentapi_sha256: { amd64: 'a'.repeat(64) } },
      'agentapi_sha256 needs install_agentapi = true and an agentapi_version other than latest',
    ],
  ),
  ...['coder-labs-sourcegraph-amp-install_script', 'coder-labs-sourcegraph-amp-start_script'].map(
    (name): Refusal => [{ wait_for: [name] }, "wait_for must not name this module's own scripts"],
  ),
];

/** Inputs that need AgentAPI, where there is none. Terraform looks at them once all variables are right. */
export const NEEDS_AGENTAPI = Object.entries({
  ai_prompt: 'Go',
  on_interrupted_turn: 'Go on.',
  enable_boundary: true,
  agentapi_port: 3285,
  module_dir_name: '.amp',
  state_file_path: '/data/state.json',
  pid_file_path: '/run/amp.pid',
  web_app_display_name: 'Chat',
}).map(
  ([input, value]): Refusal => [
    { enable_agentapi: false, [input]: value },
    `These inputs need AgentAPI, and enable_agentapi is false: ${input}. `,
  ],
);
