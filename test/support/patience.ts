import { fileURLToPath } from 'node:url';
import { HANG_MS } from './limits.ts';
import { PRELOAD } from './preload.ts';

/** Of the stand-in of AgentAPI's module, between two attempts. */
const ATTEMPT_MS = 100;

/**
 * Variables that make deadlines longer: amp-session's, on any runtime (see patience.cjs), and that of the stand-in
 * of AgentAPI's module for AgentAPI's first answer.
 */
export const PATIENT = {
  [PRELOAD]: fileURLToPath(new URL('patience.cjs', import.meta.url)),
  AGENTAPI_MODULE_STAND_IN_TRIES: String(HANG_MS / ATTEMPT_MS),
};

/** Restores the real deadlines, for tests of these. */
export const IMPATIENT = { [PRELOAD]: '', AGENTAPI_MODULE_STAND_IN_TRIES: '' };
