/** What start.sh's variables are where a template sets none of the inputs behind them. */
export const NO_START_INPUTS = {
  AMP_MODULE_SESSION_KEY: 'main',
  AMP_MODULE_AMP_OPTIONS: '[]',
  AMP_MODULE_FIREWALL: '',
  AMP_MODULE_THREAD_ID: '',
  AMP_MODULE_WORKSPACE_ID: '',
  AMP_MODULE_ON_INTERRUPTED_TURN: '',
} as const;

/** The same of install.sh, as far as Amp's settings go. */
export const NO_INSTALL_INPUTS = {
  AMP_MODULE_BASE_CONFIG: '{}',
  AMP_MODULE_MCP: '{}',
  AMP_MODULE_INSTRUCTIONS: '',
} as const;

/** Variables of every script, with the module's folder in the home. */
export const scriptVariables = (state: string) => ({
  AMP_MODULE_STATE_DIR: state,
  AMP_MODULE_AGENTAPI_DIR: `${state}/agentapi`,
  AMP_MODULE_BUNDLE_SHA256: 'none',
  AMP_MODULE_PERSISTENCE: 'true',
  AMP_MODULE_PORT: '3284',
  AMP_MODULE_OPENER: 'bin/terminal-main',
});

/** The variables of an install.sh that installs neither AgentAPI nor Amp. */
export const installsNothing = (state: string) => ({
  ...scriptVariables(state),
  AMP_MODULE_INSTALL_AGENTAPI: 'false',
  AMP_MODULE_AGENTAPI_VERSION: 'v0.12.1',
  AMP_MODULE_AGENTAPI_URL: '',
  AMP_MODULE_AGENTAPI_SHA256: '',
  AMP_MODULE_INSTALL_AMP: 'false',
  AMP_MODULE_INSTALL_VIA_NPM: 'false',
  AMP_MODULE_AMP_VERSION: '',
  AMP_MODULE_AMP_INSTALL_URL: 'http://127.0.0.1:9/',
  AMP_MODULE_NPM_REGISTRY: '',
});
