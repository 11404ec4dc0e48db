import type { BuildOptions } from 'esbuild';

/** How the shim's sources become one file that runs in a workspace. */
export const bundleOptions: BuildOptions;
