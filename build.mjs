// Builds scripts/amp-session.mjs from shim/. The same sources and lock file give the same bytes: no time stamps, no paths.
import { build } from 'esbuild';

const outfile = process.argv[2] ?? 'scripts/amp-session.mjs';

await build({
  entryPoints: ['shim/main.ts'],
  outfile,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  // The floor of the shim in a workspace; execa 9.6 needs no more (docs/architecture.md, "runtimes").
  target: 'node18',
  // jsonc-parser's main file is UMD, which a bundler can't look into.
  mainFields: ['module', 'main'],
  // Terraform's file() reads UTF-8 and base64gzip() packs it: plain ASCII survives every step unchanged.
  charset: 'ascii',
  legalComments: 'none',
  banner: {
    // execa 9 carries a CommonJS part (cross-spawn) that calls require().
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
  logLevel: 'warning',
});
