import { HANG_MS } from './limits.ts';

const module = new URL('patience.mjs', import.meta.url);
/** Of the stand-in of AgentAPI's module, between two attempts. */
const ATTEMPT_MS = 100;

/**
 * Variables that make deadlines longer: the shim's, on Node and on Bun (see patience.mjs), and that of the
 * stand-in of AgentAPI's module for AgentAPI's first answer.
 */
export const PATIENT = {
  NODE_OPTIONS: `--import=${module}`,
  BUN_OPTIONS: `--preload=${module.pathname}`,
  AGENTAPI_MODULE_STAND_IN_TRIES: String(HANG_MS / ATTEMPT_MS),
};

/** Restores the real deadlines, for tests of these. */
export const IMPATIENT = { NODE_OPTIONS: '', BUN_OPTIONS: '', AGENTAPI_MODULE_STAND_IN_TRIES: '' };
