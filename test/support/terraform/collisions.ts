import type { Refusal } from './refusals/refusal.ts';
import type { ModuleInput } from './stacks.ts';

const FOLDER = '.coder-modules/coder-labs/sourcegraph-amp/agentapi';

/** The output `instance` of an instance that has a key, settings, a version and a file of its own. */
export const FIRST = {
  session_key: 'main',
  app_slug: 'amp',
  module_dir_name: FOLDER,
  agentapi_port: 3284,
  agentapi_files: ['/run/amp/main.pid', `~/${FOLDER}/agentapi-state.json`],
  state_dir: '.coder-modules/coder-labs/sourcegraph-amp',
  environment: ['AMP_API_KEY'],
  amp_settings: { base_config: '{}', mcp: '{}', instructions: 'Be kind.', managed: '' },
  installation: {
    install_amp: true,
    amp_version: '0.0.1790142911-g7618fb',
    amp_install_url: 'https://ampcode.com/install.sh',
    install_via_npm: false,
    npm_registry: '',
    install_agentapi: true,
    agentapi_version: 'v0.12.1',
    agentapi_download_url: '',
    agentapi_sha256: '',
  },
};

/** What makes an instance the second one, beside FIRST. */
export const SECOND = { session_key: 'review', agentapi_port: 3285, other_instances: [FIRST] };

const second = (inputs: Record<string, ModuleInput>, message: string): Refusal => [
  { ...SECOND, ...inputs },
  message,
];
const takenFile = (file: string, path: string, other: Partial<typeof FIRST> = {}) =>
  second(
    { [file]: path, other_instances: [{ ...FIRST, ...other }] },
    "and one of them is already another instance's: set them to files of their own, or leave them out.",
  );

/** Second instances that would collide with the first. */
export const COLLISIONS: readonly Refusal[] = [
  second(
    { session_key: 'main', app_slug: 'x', module_dir_name: '.x' },
    'session_key "main" is already another instance\'s: set session_key to a name of its own',
  ),
  second({ app_slug: 'amp' }, 'app_slug "amp" or its terminal app\'s "amp-cli" is already another'),
  second({ app_slug: 'amp-cli' }, 'app_slug "amp-cli" or its terminal app\'s "amp-cli-cli" is already'),
  second(
    { module_dir_name: FOLDER, state_file_path: '/data/review.json' },
    `module_dir_name "${FOLDER}" is already another instance's`,
  ),
  second(
    {
      enable_runner: true,
      runner_name: 'box',
      other_instances: [{ ...FIRST, runner: { name: 'box', workdir: '/elsewhere' } }],
    },
    'runner_name "box" is already another instance\'s: set runner_name to something else',
  ),
  second(
    {
      enable_runner: true,
      workdir: '/same',
      other_instances: [{ ...FIRST, runner: { name: 'box', workdir: '/same' } }],
    },
    "workdir /same is already served by another instance's runner",
  ),
  second({ agentapi_port: 3284 }, "agentapi_port 3284 is already another instance's: set agentapi_port to"),
  second({ state_dir: '/data' }, 'state_dir must be the same in every instance of a workspace'),
  second({ amp_api_key: 'key' }, 'AMP_API_KEY would be set twice, but belongs to the whole workspace'),
  ...[
    { base_amp_config: '{}' },
    { amp_settings: '{}' },
    { managed_settings: {} },
    { permissions: '[]' },
    { mcp: '{}' },
    { instruction_prompt: '{}' },
    { amp_updates: 'warn' },
  ].map((inputs) =>
    second(
      inputs,
      'base_amp_config, amp_settings, managed_settings, permissions, mcp, instruction_prompt and amp_updates belong',
    ),
  ),
  takenFile('pid_file_path', '/run/amp/main.pid'),
  takenFile('pid_file_path', '//run///amp/main.pid'),
  takenFile('state_file_path', '/run/amp/main.pid'),
  // Which may be the home folder's.
  takenFile('state_file_path', `/home/coder/${FOLDER}/agentapi-state.json`),
  takenFile('pid_file_path', '', { agentapi_files: [`/data/${FOLDER}-review/agentapi.pid`] }),
  ...[{ amp_version: '0.0.1790142912-g7618fb' }, { agentapi_version: 'v0.12.2' }, { install_amp: false }].map(
    (inputs) => second(inputs, 'belong to the whole workspace, because it has one Amp and one AgentAPI'),
  ),
];
