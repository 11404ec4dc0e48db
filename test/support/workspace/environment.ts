import { join } from 'node:path';
import { agentapiDir, QUICK_AGENTAPI } from '../agentapi/agentapi.ts';
import type { Network } from '../network/network.ts';
import { PATIENT } from '../patience.ts';
import type { ModuleRegistry } from '../terraform/registry.ts';
import type { ModuleInput } from '../terraform/stacks.ts';

/** The token that Coder's agent passes to every process; it must not appear anywhere else. */
export const AGENT_TOKEN = 'canary-agent-token-5c1e2f';

/** How to create a workspace. */
export type WorkspaceOptions = {
  readonly registry: ModuleRegistry;
  /** Folder with the workspace's `amp`. */
  readonly ampFolder: string;
  /** Whether the image has neither Amp nor AgentAPI, so that the module installs them, as is its default. */
  readonly bare?: boolean;
  /** Whether everything runs as a user who isn't root; needs root. */
  readonly ordinaryUser?: boolean;
  /** Whether the home is one that a group shares: setgid, with a umask that lets the group write; also with a default ACL. */
  readonly home?: 'of a group' | 'with an ACL';
  /** A network of its own to run everything in, with AgentAPI's usual port; by default, this machine's. */
  readonly network?: Network;
  /** The module's inputs, besides those that the workspace itself sets. */
  readonly inputs?: Record<string, ModuleInput>;
  /** Additional variables of the image, such as AMP_URL. */
  readonly env?: Record<string, string>;
  /** Whether the image has Node (default: true). */
  readonly node?: boolean;
  /** What the image has besides the tools of a small one, such as tmux. */
  readonly tools?: readonly string[];
};

/** Where the parts of a workspace's environment come from. */
type Sources = {
  readonly home: string;
  /** Folders of PATH that every workspace has, the one of Coder's agent first. */
  readonly path: readonly string[];
  /** The folder that the scripts may put programs in, and the one for their data. */
  readonly binFolder: string;
  readonly dataFolder: string;
  readonly options: Pick<WorkspaceOptions, 'bare' | 'ampFolder' | 'network'>;
  /** Variables of the image. */
  readonly image: Readonly<Record<string, string>>;
  /** Variables of the template: its `coder_env` resources. */
  readonly coder: readonly { readonly name: string; readonly value: string }[];
};

/** The environment of a workspace's processes. */
export function workspaceEnv({ home, path, binFolder, dataFolder, options, image, coder }: Sources) {
  const programs = options.bare ? [] : [agentapiDir(), options.ampFolder];
  return {
    HOME: home,
    USER: 'coder',
    LANG: 'C.UTF-8',
    PATH: [...path, ...programs].join(':'),
    CODER: 'true',
    CODER_AGENT_TOKEN: AGENT_TOKEN,
    CODER_AGENT_URL: 'http://127.0.0.1:9',
    CODER_WORKSPACE_NAME: 'dev',
    CODER_WORKSPACE_AGENT_NAME: 'main',
    CODER_SCRIPT_BIN_DIR: binFolder,
    CODER_SCRIPT_DATA_DIR: dataFolder,
    // Elsewhere for all workspaces of this machine.
    TMUX_TMPDIR: join(binFolder, '../tmux'),
    SCREENDIR: join(binFolder, '../screen'),
    ...QUICK_AGENTAPI,
    ...PATIENT,
    ...options.network?.env,
    ...image,
    ...Object.fromEntries(coder.map(({ name, value }) => [name, value])),
  };
}
