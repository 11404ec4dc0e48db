import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, between, type Stamp } from '../bench.ts';
import { RUNTIMES, type Runtime, STAMP } from '../programs.ts';
import { atMost, type Bar, type Chapter, figure, pairCells, spread, table } from '../report.ts';
import { type Paired, pairs, repeat, type Spread, spreadOf } from '../stats.ts';
import { type Floors, floorInWords, measureFloors } from './floor.ts';

/** Where the time of one start goes, in milliseconds. */
type Split = Readonly<Record<'total' | 'shell' | 'runtime' | 'own' | 'amp' | 'calls', number>>;
type SplitSpread = Readonly<Record<keyof Split, Spread>>;
type Measured = {
  readonly cold: Paired;
  readonly warm: Paired;
  readonly splits: Readonly<Record<'cold' | 'warm', SplitSpread>>;
};

/** Overhead in every measurement, in milliseconds: an empty program, and a wrapper. */
type Costs = { readonly empty: Spread; readonly wrapper: number };

/** From the first line of the start script to the execution of AgentAPI. */
export async function measureStart(bench: Bench): Promise<Chapter> {
  const measured: [Runtime, Measured][] = [];
  for (const runtime of RUNTIMES) measured.push([runtime, await measureOn(bench, runtime)]);
  const floors = await measureFloors(bench);
  return {
    title: 'From start.sh to AgentAPI',
    text: [
      'From the first line of the start script to the execution of AgentAPI, with the real `amp` on a loopback server, compared with a plain script that sources the profile, runs `amp --version` and then AgentAPI. The plain script has no persistence. Cold: a new home with the bundle installed. Warm: the home has a thread.',
      table(
        ['start', 'this module', 'plain script', 'ratio', 'ratios of the pairs'],
        measured.flatMap(([runtime, { cold, warm }]) => [
          [`cold, ${runtime}`, ...pairCells(cold)],
          [`warm, ${runtime}`, ...pairCells(warm)],
        ]),
      ),
      'The lower bound: the plain script with our one call of Amp (`threads new`, `threads archive --unarchive`) in place of `amp --version`, and nothing else of ours.',
      table(
        ['start', 'plain script with our call', 'plain script', 'ratio', 'ratios of the pairs'],
        (['cold', 'warm'] as const).map((kind) => [kind, ...pairCells(floors[kind])]),
      ),
      "Where the time goes, from separate runs: bash wrappers record when the runtime and `amp` begin and end. *Runtime* is what an empty program takes in the same wrapper; *own* is the rest of our program's time outside Amp's calls, less the overhead of Amp's wrapper; *shell* is everything else: bash, the profile, the launcher and its search for a runtime.",
      table(
        ['start', 'total', 'shell', 'runtime', 'own', "Amp's calls", 'number of calls'],
        measured.flatMap(([runtime, { splits }]) =>
          (['cold', 'warm'] as const).map((kind) => {
            const { total, shell, runtime: start, own, amp, calls } = splits[kind];
            return [
              `${kind}, ${runtime}`,
              ...[total, shell, start, own, amp].map(spread),
              figure(calls.high),
            ];
          }),
        ),
      ),
    ],
    bars: measured.flatMap(([runtime, result]) => barsOf(runtime, result, floors)),
  };
}

async function measureOn(bench: Bench, runtime: Runtime): Promise<Measured> {
  const path = bench.programs.path(runtime);
  const used = await bench.placedHome(path);
  const plainHome = bench.newHome();
  const start = async (home: string) =>
    between(await bench.run('start', { home, path }), 'begins', 'agentapi');
  const plain = async (home: string) =>
    between(await bench.run('plainStart', { home, path }), 'begins', 'agentapi');
  const cold = await pairs(
    bench.pairs,
    async () => start(await bench.placedHome(path)),
    () => plain(bench.newHome()),
  );
  await start(used);
  const warm = await pairs(
    bench.pairs,
    () => start(used),
    () => plain(plainHome),
  );
  const costs = {
    empty: await emptyProgram(bench, runtime),
    wrapper: (await wrapperAlone(bench, runtime)).median,
  };
  return {
    cold,
    warm,
    splits: {
      cold: await splitsOf(bench, runtime, costs, () => bench.placedHome(path)),
      warm: await splitsOf(bench, runtime, costs, async () => used),
    },
  };
}

/** What starting and ending a runtime takes, measured through the same wrapper. */
async function emptyProgram(bench: Bench, runtime: Runtime): Promise<Spread> {
  const file = join(bench.root, 'empty.mjs');
  writeFileSync(file, '');
  const home = bench.newHome();
  const command =
    runtime === 'Node' ? `node '${file}'` : `bun run --no-env-file --config=/dev/null '${file}'`;
  return repeat(bench.pairs, async () => {
    const stamps = await bench.stamped(command, { home, path: bench.programs.timedPath(runtime) });
    return between(stamps, 'runtime-begins', 'runtime-ends');
  });
}

/** What a wrapper adds to the time that it records. */
async function wrapperAlone(bench: Bench, runtime: Runtime): Promise<Spread> {
  const home = bench.newHome();
  const line = `${STAMP('begins')}; nothing; ${STAMP('ends')}`;
  return repeat(bench.pairs, async () => {
    const stamps = await bench.stamped(line, { home, path: bench.programs.timedPath(runtime) });
    return between(stamps, 'begins', 'ends') - between(stamps, 'nothing-begins', 'nothing-ends');
  });
}

async function splitsOf(
  bench: Bench,
  runtime: Runtime,
  costs: Costs,
  homeFor: () => Promise<string>,
): Promise<SplitSpread> {
  const path = bench.programs.timedPath(runtime);
  const kind = runtime === 'Node' ? 'node' : 'bun';
  const splits: Split[] = [];
  for (let run = 0; run < bench.pairs; run++) {
    const home = await homeFor();
    await bench.useRuntime(home, kind, bench.programs.timed(runtime, kind));
    splits.push(splitOf(await bench.run('start', { home, path }), costs));
  }
  const spreadBy = (name: keyof Split) => spreadOf(splits.map((split) => split[name]));
  return {
    total: spreadBy('total'),
    shell: spreadBy('shell'),
    runtime: costs.empty,
    own: spreadBy('own'),
    amp: spreadBy('amp'),
    calls: spreadBy('calls'),
  };
}

function splitOf(all: readonly Stamp[], { empty, wrapper }: Costs): Split {
  const end = all.findIndex(({ what }) => what === 'agentapi');
  const stamps = all.slice(0, end + 1);
  const sum = (name: string, begins: (stamp: Stamp) => boolean = () => true) =>
    stamps.reduce((total, stamp, index) => {
      if (stamp.what !== `${name}-begins` || !begins(stamp)) return total;
      const ends = stamps.slice(index).find(({ what }) => what === `${name}-ends`);
      return total + (ends?.at ?? Number.NaN) - stamp.at;
    }, 0);
  const total = between(stamps, 'begins', 'agentapi');
  const program = sum('runtime', ({ words }) => words.includes(' prepare'));
  const amp = sum('amp');
  const calls = stamps.filter(({ what }) => what === 'amp-begins').length;
  const own = program - amp - calls * wrapper - empty.median;
  return { total, shell: total - program, runtime: empty.median, own, amp, calls };
}

function barsOf(runtime: Runtime, { cold, warm, splits }: Measured, floors: Floors): Bar[] {
  const shares = ({ total, amp, runtime: start, shell, own }: SplitSpread) =>
    `Of ${figure(total.median)} ms, Amp's one call takes ${figure(amp.median)}, the runtime ${figure(start.median)}, the shell ${figure(shell.median)} and our own work ${figure(own.median)}.`;
  const start = (kind: 'cold' | 'warm', { ratio }: Paired, bound: number) =>
    atMost(
      `${kind === 'cold' ? 'Cold' : 'Warm'} start, ${runtime}, relative to the plain script with our call`,
      ratio / floors[kind].ratio,
      bound,
      '',
      `${shares(splits[kind])} ${floorInWords(kind, floors[kind], ratio)}`,
    );
  const slower = splits.cold.own.median > splits.warm.own.median ? splits.cold : splits.warm;
  const calls = Math.max(splits.cold.calls.high, splits.warm.calls.high);
  return [
    start('warm', warm, 1.05),
    start('cold', cold, 1.08),
    atMost(`Calls of Amp in a start, ${runtime}`, calls, 1, ''),
    atMost(`Own work outside Amp's calls, ${runtime}`, slower.own.median, 30, ' ms', shares(slower)),
  ];
}
