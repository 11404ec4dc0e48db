// Builds scripts/amp-session.mjs from shim/, and the licences that go with it. The same sources and lock file give
// the same bytes: no time stamps, no paths.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licensesIn } from './build/licenses.mjs';
import { bundleOptions } from './build/options.mjs';

const outfile = process.argv[2] ?? 'scripts/amp-session.mjs';

const { outputFiles, metafile } = await build({
  ...bundleOptions,
  entryPoints: ['shim/main.ts'],
  absWorkingDir: import.meta.dirname,
  write: false,
  metafile: true,
});
writeFileSync(outfile, outputFiles[0].contents);
writeFileSync(outfile.replace(/\.mjs$/, '.licenses.txt'), licensesIn(metafile, import.meta.dirname));
