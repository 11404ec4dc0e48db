/** The module's folder in the home, and AgentAPI's in it, with every input at its default. */
export const STATE_FOLDER = '.coder-modules/coder-labs/sourcegraph-amp';
export const AGENTAPI_FOLDER = `${STATE_FOLDER}/agentapi`;
