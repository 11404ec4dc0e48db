// Builds scripts/amp-session/ from shim/, and the licences that go with it. The same sources and lock file give
// the same bytes: no time stamps, no paths.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { minify } from 'terser';
import { licensesIn } from './build/licenses.mjs';
import { bundleOptions } from './build/options.mjs';
import { partsOf } from './build/parts.mjs';

const folder = process.argv[2] ?? 'scripts/amp-session';

const { outputFiles, metafile } = await build({
  ...bundleOptions,
  entryPoints: ['shim/main.ts'],
  absWorkingDir: import.meta.dirname,
  outdir: '.',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  write: false,
  metafile: true,
});
const parts = partsOf(metafile);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { path, text } of outputFiles) {
  // esbuild alone leaves 3% more.
  const { code } = await minify(parts.rename(text), {
    module: true,
    ecma: 2022,
    compress: { passes: 2 },
    format: { ascii_only: true },
  });
  writeFileSync(join(folder, parts.nameOf(path)), code);
}
writeFileSync(join(folder, 'parts.json'), `${JSON.stringify(parts.lists, null, 2)}\n`);
writeFileSync(`${folder}.licenses.txt`, licensesIn(metafile, import.meta.dirname));
