// `npm run check`: everything about the sources that can be checked without running the module.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import { scriptNamed } from '../../test/support/terraform/embedded.ts';
import { startModuleRegistry } from '../../test/support/terraform/registry.ts';
import { synthTemplate } from '../../test/support/terraform/stacks.ts';
import { terraformProject } from '../../test/support/terraform/terraform.ts';
import { helpIfAsked } from '../help.ts';
import { BUNDLE_SCRIPT_BYTES, BUNDLE_SCRIPTS } from './bundle-script.ts';
import { prettierIsContent, typosFindsNothing } from './packaged.ts';
import { findRoomCycle, roomImports, roomOf, roomsInTable } from './rooms.ts';

helpIfAsked();
type Check = { readonly name: string; readonly run: (scratch: string) => Promise<unknown> };

const node = (program: string, ...args: string[]) => execa({ preferLocal: true })(program, args);
const shellScripts = readdirSync('scripts')
  .filter((name) => name.endsWith('.sh'))
  .map((name) => join('scripts', name));

const checks: readonly Check[] = [
  { name: 'types', run: () => node('tsc', '-p', '.') },
  { name: 'lint and format', run: () => node('biome', 'check', '--error-on-warnings', '.') },
  { name: 'shellcheck', run: () => execa('shellcheck', ['--shell=bash', ...shellScripts, '.ci/run']) },
  { name: 'prettier, on what the registry gets', run: prettierIsContent },
  { name: 'typos, on what the registry gets', run: typosFindsNothing },
  { name: 'terraform fmt', run: () => execa('terraform', ['fmt', '-check', '-recursive', '-diff']) },
  { name: 'terraform validate, and the size of the script with the bundle', run: validate },
  { name: 'bundle is up to date', run: bundleIsUpToDate },
  { name: 'lock file is whole and names no host', run: lockIsSound },
  { name: 'imports between the rooms of shim/ point one way', run: roomsPointOneWay },
  { name: 'docs/architecture.md has the rooms that are there', run: roomsAreDocumented },
];

async function validate(scratch: string): Promise<void> {
  const registry = await startModuleRegistry();
  try {
    const project = terraformProject(await synthTemplate({ folder: scratch }), registry.cliConfig);
    await project.init();
    await project.validate();
    const plan = await project.plan();
    for (const name of BUNDLE_SCRIPTS) {
      const bytes = Buffer.byteLength(scriptNamed(plan, name).script);
      if (bytes >= BUNDLE_SCRIPT_BYTES)
        throw new Error(`The script ${name} has ${bytes} bytes; ${BUNDLE_SCRIPT_BYTES} are too many.`);
    }
  } finally {
    await registry.close();
  }
}

async function roomsPointOneWay(): Promise<void> {
  const cycle = findRoomCycle(roomImports('shim'));
  if (cycle === null) return;
  const imports = cycle.map(({ from, to }) => `  shim/${from} imports shim/${to}`);
  throw new Error(`These imports form a cycle of folders:\n${imports.join('\n')}`);
}

async function roomsAreDocumented(): Promise<void> {
  const page = 'docs/architecture.md';
  const documented = roomsInTable(readFileSync(page, 'utf8'));
  const rooms = readdirSync('shim');
  const problems = [
    ...rooms
      .filter((room) => !documented.includes(room))
      .map((room) => `shim/${room} is missing in ${page}.`),
    ...documented
      .filter((room) => !rooms.includes(room))
      .map((room) => `${page} lists ${room}, which is not in shim/.`),
    ...roomImports('shim')
      .filter(({ from, to }) => documented.indexOf(roomOf(from)) > documented.indexOf(roomOf(to)))
      .map(({ from, to }) => `shim/${from} imports shim/${to}, from a room above its own in ${page}.`),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

async function bundleIsUpToDate(scratch: string): Promise<void> {
  await execa(process.execPath, ['build.mjs', join(scratch, 'amp-session')]);
  const { stdout, failed } = await execa({ reject: false, all: true })('diff', [
    ...['--recursive', '--brief'],
    ...[join(scratch, 'amp-session'), 'scripts/amp-session'],
  ]);
  const licenses = 'amp-session.licenses.txt';
  if (failed || !readFileSync(join(scratch, licenses)).equals(readFileSync(join('scripts', licenses))))
    throw new Error(`scripts/ has not what shim/ builds: run 'npm run build' and commit it.\n${stdout}`);
}

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      inBundle: z.boolean().default(false),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

async function lockIsSound(): Promise<void> {
  const { packages } = Lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  const has = (name: string) => packages[`node_modules/${name}`] !== undefined;
  const problems = Object.entries(packages).flatMap(
    ([name, { resolved, inBundle, optionalDependencies }]) => {
      const missing = inBundle
        ? []
        : Object.keys(optionalDependencies).filter((dependency) => !has(dependency));
      return [
        ...(resolved === undefined
          ? []
          : [`${name} has a 'resolved' entry (.npmrc keeps npm from writing them)`]),
        // npm omits other platforms' packages that its registry doesn't have, and `npm ci` then rejects the
        // file.
        ...missing.map(
          (dependency) => `${dependency}, which ${name} may need elsewhere, is missing (CONTRIBUTING.md)`,
        ),
      ];
    },
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

let failed = 0;
for (const { name, run } of checks) {
  const scratch = mkdtempSync(join(tmpdir(), 'amp-check-'));
  const begin = performance.now();
  try {
    await run(scratch);
    console.log(`ok    ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${describe(error)}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
process.exitCode = failed === 0 ? 0 : 1;

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return `${error.message}\nThat program is not installed.`;
  return 'all' in error || 'stdout' in error
    ? `${'stdout' in error ? error.stdout : ''}\n${'stderr' in error ? error.stderr : ''}`.trim()
    : error.message;
}
