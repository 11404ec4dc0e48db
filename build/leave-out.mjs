// An esbuild plugin that puts the stand-ins of left-out.mjs in the place of what is left out.
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leftOut } from './left-out.mjs';

const missing = fileURLToPath(new URL('missing.mjs', import.meta.url));

const endOf = (module) => `${sep}node_modules${sep}${module.replaceAll('/', sep)}`;
const places = new Map(leftOut.map((entry) => [endOf(entry.module), entry]));
const anyEnd = [...places.keys()].map((end) => end.replaceAll(/[.\\]/g, '\\$&')).join('|');

/**
 * Fails the build where an entry of the list stands for nothing: a library that has changed wants the list read again.
 * @type {import('esbuild').Plugin}
 */
export const leaveOut = {
  name: 'leave-out',
  setup({ esbuild, onStart, onLoad, onEnd }) {
    const met = new Set();
    onStart(() => met.clear());
    onLoad({ filter: new RegExp(`(?:${anyEnd})$`) }, async ({ path }) => {
      const entry = places.get(path.slice(path.lastIndexOf(`${sep}node_modules${sep}`)));
      if (entry === undefined) return null;
      met.add(entry);
      return { contents: await standIn(esbuild, path, entry), loader: 'js' };
    });
    onEnd(() => ({
      errors: leftOut
        .filter((entry) => !met.has(entry))
        .map(({ module }) => ({
          text: `build/left-out.mjs: ${module} would not be part of the bundle anyway`,
        })),
    }));
  },
};

/** What stands in: its own names as they are, and a function that throws for each other one of the file. */
async function standIn({ build }, path, { module, instead = '', only = false }) {
  const own = await exportsOf(build, { stdin: { contents: instead } });
  const all = only ? [] : await exportsOf(build, { entryPoints: [path] });
  const throwing = all
    .filter((name) => !own.includes(name))
    .map((name) => {
      const value = `/* @__PURE__ */ missing(${JSON.stringify(`${module}: ${name}`)})`;
      return name === 'default' ? `export default ${value};` : `export const ${name} = ${value};`;
    });
  return [`import { missing } from ${JSON.stringify(missing)};`, instead, ...throwing].join('\n');
}

async function exportsOf(build, entry) {
  const { metafile } = await build({ ...entry, format: 'esm', outdir: '.', write: false, metafile: true });
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
}
