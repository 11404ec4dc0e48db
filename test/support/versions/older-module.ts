import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The agent token of the last start with the older module; Coder issues a new one for each start. */
export const OLDER_TOKEN = 'canary-older-agent-token-81be07';

/** What else is on a volume of the older module, and where its `amp` is. */
export type OlderVolume = {
  /** A folder in the home with a link `amp`: npm's or the official installer's. */
  readonly ampIn: '.npm-global/bin' | '.local/bin';
  /** The executable that the link points to. */
  readonly amp: string;
  readonly apiKey: string;
  /** The last thread of the older module's agent. */
  readonly thread: string;
  /** The value of `instruction_prompt`. */
  readonly instructions: string;
  /**
   * What the user has changed in Amp's settings since the last start, and the MCP servers that the user
   * added.
   */
  readonly userSettings: Record<string, unknown>;
  readonly userServers: Record<string, unknown>;
};

/**
 * Fills a home as coder-labs/sourcegraph-amp 3.0.0 (on coder/agentapi 2.0.0) leaves it: names, modes and
 * contents are those after two runs of its own scripts with the real Amp on loopback. It has no state file,
 * no pid file and no record of its thread, but the key is in its start script, and a token is in its log and
 * in Amp's settings.
 */
export function fillAsOlderModule(home: string, volume: OlderVolume): void {
  const put = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
    chmodSync(join(home, path), mode);
  };
  const settings = {
    ...WRITTEN,
    ...volume.userSettings,
    'amp.mcpServers': { ...volume.userServers, coder: SERVER },
  };

  put('.amp-module/install.sh', "#!/bin/bash\nARG_INSTALL_VIA_NPM='true' /tmp/install.sh\n", 0o755);
  put('.amp-module/install.log', `UPDATED_CONFIG: ${JSON.stringify(settings, null, 2)}\n`);
  const start = `#!/bin/bash\nARG_AMP_API_KEY='${volume.apiKey}' ARG_MODE='smart' /tmp/start.sh\n`;
  put('.amp-module/scripts/agentapi-start.sh', start, 0o755);
  put('.amp-module/scripts/agentapi-wait-for-start.sh', '#!/bin/bash\nport=$1\n', 0o755);
  put('.amp-module/agentapi-start.log', 'Running agent in: smart mode\n');

  put('.config/amp/settings.json', `${JSON.stringify(settings, null, 2)}\n`);
  // Written by `echo`, which adds a line break.
  put('.config/AGENTS.md', `${volume.instructions}\n`);
  put('.bashrc', 'export PATH="$HOME/.npm-global/bin:$PATH"\n');
  put('.npmrc', `prefix=${join(home, '.npm-global')}\n`, 0o600);

  const session = {
    agentMode: 'smart',
    launchCount: 1,
    neoWelcomeDismissed: false,
    lastThreadId: volume.thread,
  };
  put('.local/share/amp/session.json', JSON.stringify(session));
  mkdirSync(join(home, volume.ampIn), { recursive: true });
  symlinkSync(volume.amp, join(home, volume.ampIn, 'amp'));
}

/** The settings that it rewrites at every start. */
const WRITTEN = {
  'amp.anthropic.thinking.enabled': true,
  'amp.terminal.animation': false,
  'amp.todos.enabled': true,
};

/** The MCP server through which the agent reports to Coder. */
const SERVER = {
  args: ['exp', 'mcp', 'server'],
  command: 'coder',
  env: {
    CODER_AGENT_TOKEN: OLDER_TOKEN,
    CODER_AGENT_URL: 'http://127.0.0.1:9',
    CODER_MCP_AI_AGENTAPI_URL: 'http://localhost:3284',
    CODER_MCP_APP_STATUS_SLUG: 'amp',
  },
  type: 'stdio',
};
