import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** The module's version, and where its source is: package.json is the one place that says so. */
export const { version, repository } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/**
 * The bundle's files, and what each is made of. Several, because one script can't carry them in one, and so that
 * nothing loads what only another needs: a start none of the commands, and what runs no program none of execa.
 */
export const FILES = {
  'main.cjs': 'shim/main.ts',
  'start.cjs': 'shim/start.ts',
  'commands.cjs': 'shim/commands.ts',
  'library.cjs': 'shim/system/library.ts',
};

/** Leaves those out of each other: they are loaded when they are needed. */
export const apart = {
  name: 'apart',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve }) {
    const names = Object.entries(FILES).map(([name, source]) => [resolve(root, source), `./${name}`]);
    const fileOf = new Map(names);
    onResolve({ filter: /\.ts$/ }, ({ path, resolveDir, kind }) => {
      const file = kind === 'entry-point' ? undefined : fileOf.get(resolve(resolveDir, path));
      return file === undefined ? null : { path: file, external: true };
    });
  },
};

/**
 * How the shim's sources become files that run in a workspace. The crash tests build theirs in the same way.
 * @type {import('esbuild').BuildOptions}
 */
export const bundleOptions = {
  bundle: true,
  define: { AMP_MODULE_VERSION: JSON.stringify(version) },
  minify: true,
  // Node loads it a good deal faster than an ES module, and runs what is imported with `await` only then.
  format: 'cjs',
  supported: { 'dynamic-import': false },
  platform: 'node',
  // The floor of the shim in a workspace; execa 9.6 needs no more (docs/architecture.md, "Runtimes").
  target: 'node18',
  // jsonc-parser's main file is UMD, which a bundler can't look into.
  mainFields: ['module', 'main'],
  // Terraform's file() reads UTF-8 and base64gzip() packs it: plain ASCII survives every step unchanged.
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
};
