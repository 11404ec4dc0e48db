import type { BuildOptions } from 'esbuild';

/** The bundle's files, and what each is made of. */
export const FILES: Readonly<Record<string, string>>;

/** The module's version, and where its source is. */
export const version: string;
export const repository: string;

/** How the shim's sources become files that run in a workspace. */
export const bundleOptions: BuildOptions;
