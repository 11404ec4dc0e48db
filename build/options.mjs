import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * How the shim's sources become one file that runs in a workspace. The crash tests build theirs in the same way.
 * @type {import('esbuild').BuildOptions}
 */
export const bundleOptions = {
  bundle: true,
  define: { AMP_MODULE_VERSION: JSON.stringify(version) },
  minify: true,
  format: 'esm',
  platform: 'node',
  // The floor of the shim in a workspace; execa 9.6 needs no more (docs/architecture.md, "Runtimes").
  target: 'node18',
  // jsonc-parser's main file is UMD, which a bundler can't look into.
  mainFields: ['module', 'main'],
  // Terraform's file() reads UTF-8 and base64gzip() packs it: plain ASCII survives every step unchanged.
  charset: 'ascii',
  legalComments: 'none',
  // execa has a CommonJS part (cross-spawn) that calls require().
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
  logLevel: 'warning',
};
