import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { realAmpDir } from '../../../test/support/amp/real-amp.ts';
import { type Bench, between, type Where } from '../bench.ts';
import { RUNTIMES, type Runtime } from '../programs.ts';
import { atMost, type Chapter, pairCells, table } from '../report.ts';
import { milliseconds, type Paired, pairs } from '../stats.ts';

/** Number of pairs: npm takes six seconds each time, give or take 5%. */
const FEW = 3;

/** The install script alone, and with the start script after it. */
type Both = { readonly install: Paired; readonly whole: Paired };

/** The install script with nothing to do, compared with one that installs Amp again. */
export async function measureInstall(bench: Bench): Promise<Chapter> {
  const archives = await packAmp(join(bench.root, 'archives'));
  const measured: [Runtime, Both][] = [];
  for (const runtime of RUNTIMES) measured.push([runtime, await measureOn(bench, runtime, archives)]);
  return {
    title: 'Installing when there is nothing to install, and the start after it',
    text: [
      `The module's install script in a home with Amp installed and its settings merged, compared with \`npm install --global --offline\` of the same Amp over itself, from local archives of its two npm packages; ${bench.atMost(FEW)} pairs. Neither figure includes network time, of which the module needs none.`,
      table(
        ['runtime', 'this module', 'installing again', 'ratio', 'ratios of the pairs'],
        measured.map(([runtime, { install }]) => [runtime, ...pairCells(install)]),
      ),
      'What a user waits for when a workspace starts: both scripts, one after the other, until AgentAPI is run.',
      table(
        ['runtime', 'this module', 'plain scripts', 'ratio', 'ratios of the pairs'],
        measured.map(([runtime, { whole }]) => [`install and warm start, ${runtime}`, ...pairCells(whole)]),
      ),
    ],
    bars: measured.flatMap(([runtime, { install }]) => [
      atMost(`Installing nothing, ${runtime}, relative to installing again`, install.ratio, 0.05, ''),
      atMost(`Installing nothing, ${runtime}`, install.ours.median, 80, ' ms'),
    ]),
  };
}

async function measureOn(bench: Bench, runtime: Runtime, archives: string): Promise<Both> {
  const path = bench.programs.path(runtime);
  const home = await bench.placedHome(path);
  const plainHome = bench.newHome();
  const withNpm = {
    home: plainHome,
    path: `${path}:${process.env['PATH'] ?? ''}`,
    env: { BENCH_ARCHIVES: archives },
  };
  const ours = () => milliseconds(() => bench.run('install', { home, path }));
  const plain = () => milliseconds(() => bench.run('plainInstall', withNpm));
  const start = async (name: 'start' | 'plainStart', where: Where) =>
    between(await bench.run(name, where), 'begins', 'agentapi');
  await ours();
  // The first start is cold.
  await start('start', { home, path });
  return {
    install: await pairs(bench.atMost(FEW), ours, plain),
    whole: await pairs(
      bench.atMost(FEW),
      async () => (await ours()) + (await start('start', { home, path })),
      async () => (await plain()) + (await start('plainStart', withNpm)),
    ),
  };
}

/** Packs the Amp of the devDependencies as npm would deliver it. @returns the paths of the archives. */
async function packAmp(folder: string): Promise<string> {
  mkdirSync(folder);
  const platform = realAmpDir();
  const packages = [join(platform, '../cli'), platform];
  const { stdout } = await execa('npm', ['pack', '--silent', '--ignore-scripts', ...packages], {
    cwd: folder,
  });
  return stdout
    .split('\n')
    .map((name) => join(folder, name.trim()))
    .join(' ');
}
