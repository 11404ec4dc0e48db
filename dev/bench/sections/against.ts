import { type Bench, between } from '../bench.ts';
import { RUNTIMES, type Runtime } from '../programs.ts';
import { type Chapter, pairCells, table } from '../report.ts';
import { milliseconds, type Paired, pairs } from '../stats.ts';

/** Starts and installs of the commit given with `--against`, beside this one's. */
export async function measureAgainst(bench: Bench): Promise<Chapter> {
  if (bench.against === null) return { title: TITLE, text: ['Not measured: no `--against`.'], bars: [] };
  const rows: [string, Paired][] = [];
  for (const runtime of RUNTIMES) rows.push(...(await measureOn(bench, runtime)));
  return {
    title: TITLE,
    text: [
      `From the first line of the start script to the execution of AgentAPI, and the whole install script with nothing to install, compared with commit ${bench.against}.`,
      table(
        ['', 'this commit', bench.against, 'ratio', 'ratios of the pairs'],
        rows.map(([name, paired]) => [name, ...pairCells(paired)]),
      ),
    ],
    bars: [],
  };
}

const TITLE = 'An earlier commit';

async function measureOn(bench: Bench, runtime: Runtime): Promise<[string, Paired][]> {
  const path = bench.programs.path(runtime);
  const [home, olderHome] = [await bench.placedHome(path), await bench.placedHome(path, 'older-place')];
  const start = (name: 'start' | 'older-start') => async (where: string) =>
    between(await bench.run(name, { home: where, path }), 'begins', 'agentapi');
  const cold = await pairs(
    bench.pairs,
    async () => start('start')(await bench.placedHome(path)),
    async () => start('older-start')(await bench.placedHome(path, 'older-place')),
  );
  await start('start')(home);
  await start('older-start')(olderHome);
  const warm = await pairs(
    bench.pairs,
    () => start('start')(home),
    () => start('older-start')(olderHome),
  );
  const install = await pairs(
    bench.pairs,
    () => milliseconds(() => bench.run('install', { home, path })),
    () => milliseconds(() => bench.run('older-install', { home: olderHome, path })),
  );
  return [
    [`cold, ${runtime}`, cold],
    [`warm, ${runtime}`, warm],
    [`installing nothing, ${runtime}`, install],
  ];
}
