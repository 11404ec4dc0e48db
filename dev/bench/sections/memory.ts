import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../../test/support/wait.ts';
import { killAll, processesOf } from '../../../test/support/workspace/machine.ts';
import type { Bench, ScriptName } from '../bench.ts';
import { atMost, type Chapter, figure, spread, table } from '../report.ts';
import { type Spread, spreadOf } from '../stats.ts';

type Memory = { readonly processes: number; readonly resident: number; readonly own: number };

/** What of ours stays in memory while the agent runs. */
export async function measureMemory(bench: Bench): Promise<Chapter> {
  const path = bench.programs.path('Node');
  const home = await bench.placedHome(path);
  const plainHome = bench.newHome();
  const ours: Memory[] = [];
  const plain: Memory[] = [];
  for (let pair = 0; pair < bench.atMost(5); pair++) {
    ours.push(await whileRunning(bench, 'start', home, path));
    plain.push(await whileRunning(bench, 'plainStart', plainHome, path));
  }
  const rows = [
    ['this module', ours],
    ['plain script', plain],
  ] as const;
  const of = (list: readonly Memory[], name: keyof Memory): Spread =>
    spreadOf(list.map((memory) => memory[name]));
  const more = of(ours, 'resident').median - of(plain, 'resident').median;
  return {
    title: 'Memory while the agent runs',
    means: `While the agent runs, ${figure(more)} KB more than with a plain script stay in memory.`,
    text: [
      'The start script and everything it runs except AgentAPI, in kilobytes: *resident* includes pages shared with other processes, *private* does not. No JavaScript process remains.',
      table(
        ['script', 'processes', 'resident', 'private'],
        rows.map(([name, list]) => [
          name,
          String(of(list, 'processes').high),
          spread(of(list, 'resident')),
          spread(of(list, 'own')),
        ]),
      ),
    ],
    bars: [atMost('Resident memory, more than the plain script', more, 512, ' KB')],
  };
}

async function whileRunning(bench: Bench, name: ScriptName, home: string, path: string): Promise<Memory> {
  const run = bench.run(name, { home, path, env: { BENCH_STAY: '1' } }).catch(() => undefined);
  try {
    await waitUntil('the stamps', async () => {
      const seen = readIfThere(join(home, 'stamps'));
      return { done: seen.includes(' agentapi '), seen };
    });
    const left = processesOf(home).filter(({ args }) => args[0] !== 'sleep');
    const kilobytes = (field: string) =>
      left.reduce((sum, { pid }) => {
        const smaps = readIfThere(`/proc/${pid}/smaps_rollup`);
        return (
          sum +
          [...smaps.matchAll(new RegExp(`^${field}: +(\\d+) kB$`, 'gm'))].reduce(
            (all, [, kb]) => all + Number(kb),
            0,
          )
        );
      }, 0);
    return { processes: left.length, resident: kilobytes('Rss'), own: kilobytes('Private_(?:Clean|Dirty)') };
  } finally {
    killAll(home);
    await run;
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It doesn't exist yet, or its process has ended.
    return '';
  }
}
