const module = new URL('patience.mjs', import.meta.url);

/** Variables that make the shim's deadlines longer, on Node and on Bun (see patience.mjs). */
export const PATIENT = { NODE_OPTIONS: `--import=${module}`, BUN_OPTIONS: `--preload=${module.pathname}` };

/** Restores the shim's real deadlines, for tests of these. */
export const IMPATIENT = { NODE_OPTIONS: '', BUN_OPTIONS: '' };
