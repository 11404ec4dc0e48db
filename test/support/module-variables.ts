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
