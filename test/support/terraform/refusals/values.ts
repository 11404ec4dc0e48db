import { config, each, MIRROR, type Refusal, THREAD } from './refusal.ts';

const rules = (...items: unknown[]) => JSON.stringify(items);
const servers = (named: Record<string, unknown>) => JSON.stringify(named);

/** Values that are wrong by themselves. */
export const VALUES: readonly Refusal[] = [
  ...each('workdir', ['project', '', '~/project'], 'workdir must be null or an absolute path'),
  ...each(
    'mode',
    ['Smart', 'rush --dangerous', '--help'],
    "mode must be empty, one of Amp's modes (low, medium, high, ultra, large;",
  ),
  ...each('visibility', ['public'], 'visibility must be empty, private, unlisted, workspace or group'),
  ...each('labels', [[''], ['-x'], ['a\nb'], ['a '], ['x'.repeat(101)]], 'labels must each have 1 to 100'),
  ...each(
    'labels',
    [['a', 'a'], Array.from({ length: 51 }, (_, at) => `${at}`)],
    'labels must be at most 50',
  ),
  ...each('on_interrupted_turn', ['', ' \n', 'x'.repeat(2_001)], 'on_interrupted_turn must be nothing, or'),
  ...each('on_interrupted_turn', ['a\u0007'], 'on_interrupted_turn must be text without control'),
  ...each(
    'runner_name',
    ['My Workspace', 'a/b', '-a', 'a.', '', 'x'.repeat(64)],
    'runner_name must be null or a host name of at most 63',
    { enable_runner: true },
  ),
  ...each('runner_directories', [['docs'], ['/a\nb']], 'runner_directories must be absolute paths', {
    enable_runner: true,
  }),
  [{ runner_name: 'box' }, 'runner_name needs enable_runner = true'],
  [{ runner_directories: ['/docs'] }, 'runner_directories needs enable_runner = true'],
  ...each(
    'amp_url',
    ['ampcode.com', 'https:///x', 'https://amp. example.com'],
    'amp_url must be empty or a URL that begins with',
  ),
  ...each(
    'amp_url',
    ['/amp', '/?x', '#x', ':8443/amp/'].map((path) => `https://amp.example.com${path}`),
    'amp_url must be an origin, such as https://amp.example.com, with nothing after the host and port: Amp ignores a path',
  ),
  ...each('amp_url', ['https://me:pw@amp.example.com'], 'amp_url must be an origin'),
  ...each(
    'permissions',
    [
      ...['[', '["ask"]', rules({ tool: 'Bash' }), rules({ action: 'ask' })],
      ...[rules({ tool: 'Bash', action: 'maybe' }), rules({ tool: '', action: 'allow' })],
      ...[rules({ tool: '', action: 'bogus' }), rules({ tool: 1, action: 'ask' })],
      rules({ tool: 'Bash', action: 'ask' }, { tool: 'Read', action: 'bogus' }),
      rules({ tool: '*', action: 'delegate' }),
      JSON.stringify({ tool: 'Bash', action: 'ask' }),
      JSON.stringify({ a: { tool: 'Bash', action: 'ask' } }),
    ],
    'permissions must be empty or a JSON array of rules, each with a tool and an action',
  ),
  ...each('base_amp_config', ['{', '[]', '"text"', 'null'], 'base_amp_config must be empty or a JSON object'),
  ...each(
    'base_amp_config',
    ['allow', {}, [{ tool: '', action: 'bogus' }]].map((value) => config('permissions', value)),
    '"amp.permissions" in base_amp_config must be an array of rules',
  ),
  ...each(
    'base_amp_config',
    [[], { a: 'x' }].map((value) => config('mcpServers', value)),
    '"amp.mcpServers" in base_amp_config must be an object of servers by name',
  ),
  ...each('amp_settings', ['{', '[]', '1'], 'amp_settings must be empty or a JSON object'),
  ...each('amp_settings', [config('mcpServers', {})], 'amp_settings must not have "amp.mcpServers": set mcp'),
  ...each(
    'amp_settings',
    ['allow', {}, [{ tool: '', action: 'bogus' }]].map((value) => config('permissions', value)),
    '"amp.permissions" in amp_settings must be an array of rules',
  ),
  ...each('managed_settings', ['{}', 1, ['a']], 'managed_settings must be null or an object'),
  ...each(
    'mcp',
    [
      ...['docs', '1', '[{}]', '[{"command":"x"}]', servers({ a: 'x' }), servers({ a: {} })],
      ...[servers({ a: { command: '' } }), servers({ a: { command: ['x'] } })],
      servers({ a: { command: 'x' }, b: { args: [] } }),
    ],
    'mcp must be null or a JSON object of servers by name, each with a command or a url',
  ),
  ...each('amp_updates', ['manual', ''], 'amp_updates must be auto, warn or disabled'),
  ...each('amp_version', ['-g', '1 2'], 'amp_version must be empty or one version'),
  ...each('amp_install_url', ['', 'install.sh'], "amp_install_url must be a script's URL"),
  ...each('npm_registry', ['npm'], 'npm_registry must be empty or a URL', { install_via_npm: true }),
  ...each(
    'wait_for',
    [['--timeout'], ['a b'], ['a\nb'], ['']],
    'wait_for must list names of 1 to 100 letters, digits',
  ),
  ...each(
    'agentapi_version',
    ['', "v1'; reboot #", 'v0.12', 'main', '0.12.1'],
    'agentapi_version must be a release such as v0.12.1, or latest. The v may only be left out with agentapi_d',
  ),
  ...each(
    'agentapi_port',
    [0, 65536, 3284.5],
    'agentapi_port must be null or a whole number from 1 to 65535',
  ),
  ...each('module_dir_name', ['/amp', '../amp', "a'b", '.'], 'module_dir_name must be null or a folder'),
  ...each('state_dir', ['', '~/amp', '$HOME/amp', '../amp', '/'], 'state_dir must be a folder such as'),
  ...each(
    'state_file_path',
    ['state.json', "/a'b", '/a/', '/data/../x.json'],
    "state_file_path must be empty or a file's absolute path",
  ),
  ...each(
    'pid_file_path',
    ['a.pid', '/run/./a.pid'],
    "pid_file_path must be empty or a file's absolute path",
  ),
  ...each(
    'agentapi_download_url',
    ['/agentapi', '/agentapi-{arch}', '/{version}/agentapi'].map((path) => `${MIRROR}${path}`),
    'agentapi_download_url must have both {version} and {arch} in it',
  ),
  ...each(
    'agentapi_download_url',
    [`${MIRROR}/{version}/{os}-{arch}`],
    'agentapi_download_url must have no other braces',
  ),
  ...each(
    'agentapi_download_url',
    ['/opt/{version}/{arch}', `${MIRROR}/{version}/{arch} x`],
    'agentapi_download_url must be empty or a URL',
  ),
  ...each(
    'agentapi_sha256',
    [{ amd64: '0123abc' }, { arm64: 'A'.repeat(64) }, {}],
    'agentapi_sha256 must have amd64, arm64 or both, each with a checksum of 64 lower-case',
  ),
  ...each('session_key', ['', 'a\nb', 'x'.repeat(201)], 'session_key must have 1 to 200 characters', {
    agentapi_port: 4000,
  }),
  ...each(
    'thread_id',
    ['T-1', `https://ampcode.com/${THREAD}`, '--help'],
    "thread_id must be empty, a thread's ID",
  ),
  ...each('app_slug', ['Amp', 'a--b', 'x'.repeat(33)], 'app_slug must be null or at most 32 lower-case'),
  ...each(
    'agent_firewall_wrapper_path',
    ['firewall'],
    'agent_firewall_wrapper_path must be an absolute path',
  ),
  ...each(
    'boundary_config_path',
    ['a', '$HOME/a'],
    'boundary_config_path must be empty or an absolute path',
    { enable_boundary: true },
  ),
  ...each('boundary_version', ["v1'x"], 'boundary_version must be latest, a release such as v0.5.2', {
    enable_boundary: true,
    use_boundary_directly: true,
  }),
];
