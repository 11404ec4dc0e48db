// Builds scripts/amp-session.mjs from shim/. The same sources and lock file give the same bytes: no time stamps, no paths.
import { build } from 'esbuild';
import { bundleOptions } from './build/options.mjs';

const outfile = process.argv[2] ?? 'scripts/amp-session.mjs';

// Libraries that stand side by side compress better (by 1.5 %) than each where it is first used: gzip looks back 32 KB only.
const libraries = ['jsonc-parser', 'zod/mini', 'execa'];
const first = libraries.map((name, index) => `import * as library${index} from '${name}';`);
const contents = [...first, "import './shim/main.ts';"].join('\n');

await build({ ...bundleOptions, stdin: { contents, resolveDir: import.meta.dirname }, outfile });
