// Builds scripts/amp-session.mjs from shim/, and the licences that go with it. The same sources and lock file give the same bytes: no
// time stamps, no paths.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { minify } from 'terser';
import { licensesIn } from './build/licenses.mjs';
import { bundleOptions } from './build/options.mjs';

const outfile = process.argv[2] ?? 'scripts/amp-session.mjs';

// Libraries that stand side by side compress better (by 1.5 %) than each where it is first used: gzip looks back 32 KB only.
const libraries = ['jsonc-parser', 'zod/mini', 'execa'];
const first = libraries.map((name, index) => `import * as library${index} from '${name}';`);
const contents = [...first, "import './shim/main.ts';"].join('\n');

const { outputFiles, metafile } = await build({
  ...bundleOptions,
  stdin: { contents, resolveDir: import.meta.dirname },
  absWorkingDir: import.meta.dirname,
  write: false,
  metafile: true,
});
// Terser sees what esbuild does not look for: 1.6 KB of 48 in the gzipped bundle.
const { code } = await minify(outputFiles[0].text, {
  module: true,
  ecma: 2022,
  compress: { passes: 2 },
  format: { ascii_only: true },
});
writeFileSync(outfile, code);
writeFileSync(outfile.replace(/\.mjs$/, '.licenses.txt'), licensesIn(metafile, import.meta.dirname));
