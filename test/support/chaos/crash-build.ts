import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleOptions } from '../../../build/options.mjs';
import { makeToolFolder } from '../workspace/machine.ts';
import type { Mutant } from './mutants.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SHIM = here('../../../shim/');
const WRAPPED = here('inside/wrapped.ts');

/** The programs of a lightweight workspace, built once for many. */
export type Programs = {
  /** The bundle, with crash points. */
  readonly bundle: string;
  /** Folders for PATH: the doubles of `agentapi` and `amp`, and the system's tools. */
  readonly path: string;
  readonly dispose: () => void;
};

/**
 * Builds them. The shim's sources are bundled unchanged; only the functions with side effects are replaced.
 * @param mutant a fault to inject into the shim, null for none.
 * @throws if the fault no longer matches the sources.
 */
export async function buildPrograms(mutant: Mutant | null): Promise<Programs> {
  const root = mkdtempSync(join(tmpdir(), 'amp-chaos-programs-'));
  const bundle = join(root, 'amp-session.cjs');
  const bin = join(root, 'bin');
  mkdirSync(bin);
  const changes = [crashes, ...(mutant === null ? [] : [faulty(mutant)]), ...(bundleOptions.plugins ?? [])];
  writeFileSync(bundle, await bundled(join(SHIM, 'main.ts'), changes));
  agentapi ??= bundled(here('inside/agentapi.ts'), []);
  writeFileSync(join(root, 'agentapi.cjs'), await agentapi);
  writeFileSync(
    join(bin, 'agentapi'),
    // In sh, because Node has descriptors of its own and can't tell whether it was given that one.
    `#!/bin/sh\n[ ! -e /dev/fd/9 ] || export CHAOS_INHERITED=1\nexec '${process.execPath}' '${join(root, 'agentapi.cjs')}' "$@"\n`,
  );
  runner ??= bundled(here('inside/runner.ts'), []);
  writeFileSync(join(root, 'amp-runner.cjs'), await runner);
  writeFileSync(
    join(bin, 'amp-runner'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'amp-runner.cjs')}' "$@"\n`,
  );
  copyFileSync(here('inside/amp.sh'), join(bin, 'amp'));
  for (const name of ['agentapi', 'amp', 'amp-runner']) chmodSync(join(bin, name), 0o755);
  const tools = makeToolFolder(join(root, 'tools'), [process.execPath]);
  return { bundle, path: `${bin}:${tools}`, dispose: () => rmSync(root, { recursive: true, force: true }) };
}

// On this signal, which tells AgentAPI to save, Node would open its debugger.
const BANNER = 'process.on("SIGUSR1",()=>{});';

/** The doubles of AgentAPI and of Amp's runner. They have nothing of the shim in them: the same for every fault. */
let agentapi: Promise<Uint8Array> | undefined;
let runner: Promise<Uint8Array> | undefined;

async function bundled(entry: string, plugins: Plugin[]): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...bundleOptions,
    entryPoints: [entry],
    write: false,
    banner: { js: BANNER },
    plugins,
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return output.contents;
}

/** Inserts wrapped.ts between the shim and Node. */
const crashes: Plugin = {
  name: 'crashes',
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^node:(fs|child_process|timers\/promises)$/ },
      ({ path, importer, kind, namespace }) => {
        const isOurs = importer.startsWith(SHIM) || path === 'node:child_process';
        const isInside = importer === '' || importer.startsWith(here('inside/'));
        if (namespace !== 'file' || kind !== 'import-statement' || isInside || !isOurs) return null;
        return { path, namespace: 'crashes' };
      },
    );
    onLoad({ filter: /.*/, namespace: 'crashes' }, ({ path }) => ({
      // An explicitly exported name takes precedence over the same name from `export *`.
      contents: `export * from ${JSON.stringify(path)};\n${STEPPED[path] ?? ''}`,
      resolveDir: here('inside/'),
    }));
    // `export *` above exports the real one.
    onResolve({ filter: /^node:/, namespace: 'crashes' }, ({ path }) => ({ path, external: true }));
  },
};

const from = JSON.stringify(WRAPPED);
const STEPPED: Record<string, string> = {
  'node:fs': `export { openSync, writeFileSync, fsyncSync, renameSync, rmSync, linkSync, mkdirSync } from ${from};`,
  'node:timers/promises': `export { setTimeout } from ${from};`,
  'node:child_process': `import { spawn as real } from 'node:child_process'; import { steppedSpawn } from ${from}; export const spawn = steppedSpawn(real);`,
};

function faulty({ file, replace, by }: Mutant): Plugin {
  return {
    name: 'mutant',
    setup({ onLoad }) {
      const path = join(SHIM, file);
      const source = readFileSync(path, 'utf8');
      if (source.split(replace).length !== 2) {
        throw new Error(
          `shim/${file} does not hold this text exactly once any more; mend test/support/chaos/mutants.ts: ${replace}`,
        );
      }
      // esbuild asks about what the filter lets through, one file at a time: names that end alike are few.
      onLoad({ filter: new RegExp(`/${basename(file, '.ts')}\\.ts$`) }, (module) =>
        module.path === path ? { contents: source.replace(replace, () => by), loader: 'ts' } : null,
      );
    },
  };
}
