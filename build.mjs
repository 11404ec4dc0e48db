// Builds scripts/amp-session/ from shim/, and the licences that go with it. The same sources and lock file give
// the same bytes: no time stamps, no paths.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { minify } from 'terser';
import { licensesIn } from './build/licenses.mjs';
import { apart, bundleOptions, FILES, repository, version } from './build/options.mjs';

/** Where a file of the bundle comes from: the first thing to read for whoever opens it. */
const origin = (name) =>
  `/* ${name} of amp-session ${version}. Source: ${repository}\n * The same bytes from there: npm ci && npm run build, with Node 20 or later. */`;

const folder = process.argv[2] ?? 'scripts/amp-session';

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const outputs = {};
for (const [name, entryPoint] of Object.entries(FILES)) {
  const { outputFiles, metafile } = await build({
    ...bundleOptions,
    entryPoints: [entryPoint],
    absWorkingDir: import.meta.dirname,
    plugins: [apart],
    write: false,
    metafile: true,
  });
  // esbuild alone leaves 3% more.
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2022,
    toplevel: true,
    compress: { passes: 2 },
    format: { ascii_only: true, preamble: origin(name) },
  });
  writeFileSync(join(folder, name), code);
  Object.assign(outputs, { [name]: Object.values(metafile.outputs)[0] });
}
writeFileSync(`${folder}.licenses.txt`, licensesIn({ outputs }, import.meta.dirname));
