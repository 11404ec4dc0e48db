import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { RUNTIMES, type Runtime } from '../programs.ts';
import { atMost, type Bar, type Chapter, pairCells, table } from '../report.ts';
import { seedHistory } from '../seed.ts';
import { type Paired, pairs } from '../stats.ts';

/** What people run often, or the dashboard does for them. */
const COMMANDS = ['status --line', 'list'] as const;
/** At most this many times an empty program's CPU time. */
const BOUNDS = { Node: 1.3, "Amp's own": 3 } as const satisfies Record<Runtime, number>;

/** The CPU time of commands that run no program, compared with an empty program in the same runtime. */
export async function measureCommands(bench: Bench): Promise<Chapter> {
  const measured: { name: string; runtime: Runtime; paired: Paired }[] = [];
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
    for (const command of COMMANDS) {
      const ours = () => cpu(`"$HOME"/.coder-modules/coder-labs/sourcegraph-amp/bin/amp-session ${command}`);
      measured.push({ name: command, runtime, paired: await pairs(bench.pairs, ours, () => cpu(nothing)) });
    }
  }
  return {
    title: 'Commands',
    text: [
      'CPU time (user and system, in milliseconds) of commands that run no program, launcher and all, compared with an empty program in the same runtime; in a home with ten threads.',
      table(
        ['command', 'amp-session', 'empty program', 'ratio', 'ratios of the pairs'],
        measured.map(({ name, runtime, paired }) => [`\`${name}\`, ${runtime}`, ...pairCells(paired)]),
      ),
    ],
    bars: measured.map(
      ({ name, runtime, paired }): Bar =>
        atMost(
          `CPU of \`${name}\`, ${runtime}, relative to an empty program`,
          paired.ratio,
          BOUNDS[runtime],
          '',
        ),
    ),
  };
}

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
