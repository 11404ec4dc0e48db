import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { RUNTIMES, type Runtime } from '../programs.ts';
import { atMost, type Bar, type Chapter, figure, pairCells, spread, table } from '../report.ts';
import { seedHistory } from '../seed.ts';
import { type Paired, pairs, repeat, type Spread } from '../stats.ts';

/** What people run often, or the dashboard does for them. */
const COMMANDS = ['status --line', 'list'] as const;
/** At most this many times an empty program's CPU time. */
const BOUNDS = { Node: 1.3, "Amp's own": 3 } as const satisfies Record<Runtime, number>;

/** The CPU time of commands that run no program, compared with an empty program in the same runtime. */
export async function measureCommands(bench: Bench): Promise<Chapter> {
  const measured: { name: string; runtime: Runtime; paired: Paired; launcher: Spread }[] = [];
  const empty = join(bench.root, 'empty.cjs');
  writeFileSync(empty, '');
  for (const runtime of RUNTIMES) {
    const path = bench.programs.path(runtime);
    const home = await bench.placedHome(path);
    seedHistory(home, 'main', bench.server.addThread(), 10, join(bench.root, 'project'));
    const nothing =
      runtime === 'Node'
        ? `node '${empty}'`
        : `BUN_BE_BUN=1 amp run --no-env-file --env-file=/dev/null --config=/dev/null '${empty}'`;
    const cpu = async (line: string) =>
      cpuOf((await bench.command('bash', ['-c', timed(line)], { home, path })).stdout);
    mkdirSync(join(home, BUNDLES, 'empty'));
    writeFileSync(join(home, BUNDLES, 'empty/main.cjs'), '');
    const launcher = await repeat(bench.pairs, () => cpu(`AMP_MODULE_BUNDLE_SHA256=empty ${LAUNCHER}`));
    for (const command of COMMANDS) {
      const paired = await pairs(
        bench.pairs,
        () => cpu(`${LAUNCHER} ${command}`),
        () => cpu(nothing),
      );
      measured.push({ name: command, runtime, paired, launcher });
    }
  }
  const line = measured.find(({ name, runtime }) => name === COMMANDS[0] && runtime === 'Node');
  return {
    title: 'Commands',
    means: `\`amp-session status --line\`, which Coder's dashboard runs every ten seconds, takes ${figure(line?.paired.ours.median ?? Number.NaN)} ms of CPU.`,
    text: [
      'CPU time (user and system, in milliseconds) of commands that run no program, launcher and all, compared with an empty program in the same runtime; in a home with ten threads. The lower bound is the launcher with an empty program.',
      table(
        ['command', 'amp-session', 'empty program', 'ratio', 'ratios of the pairs', 'the launcher alone'],
        measured.map(({ name, runtime, paired, launcher }) => [
          `\`${name}\`, ${runtime}`,
          ...pairCells(paired),
          spread(launcher),
        ]),
      ),
    ],
    bars: measured.map(
      ({ name, runtime, paired, launcher }): Bar =>
        atMost(
          `CPU of \`${name}\`, ${runtime}, relative to an empty program`,
          paired.ratio,
          BOUNDS[runtime],
          '',
          `The launcher takes ${(launcher.median / paired.plain.median).toFixed(2)} times an empty program by itself: bash, and a look at whether the runtime is still the one that it found. The rest is loading our program.`,
        ),
    ),
  };
}

const STATE = '.coder-modules/coder-labs/sourcegraph-amp';
const BUNDLES = `${STATE}/bundle`;
const LAUNCHER = `"$HOME"/${STATE}/bin/amp-session`;

/** bash prints its children's CPU time, with milliseconds, in the last line of `times`. */
const timed = (line: string) => `${line} >/dev/null 2>&1; times`;

/** @param times such as `0m0.081s 0m0.012s`, after bash's own. */
function cpuOf(times: string): number {
  const parts = [...(times.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error(`bash printed no CPU time: ${times}`);
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1_000,
    0,
  );
}
