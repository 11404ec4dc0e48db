import { type Bench, between } from '../bench.ts';
import { type Paired, pairs } from '../stats.ts';

/** The kinds of start, and what each one asks Amp. */
const ASKS = { cold: 'threads new', warm: 'threads archive --unarchive' } as const;

/**
 * How long the plain script takes with our one call of Amp in place of its own: no start that asks Amp is
 * faster.
 */
export type Floors = Readonly<Record<keyof typeof ASKS, Paired>>;

export async function measureFloors(bench: Bench): Promise<Floors> {
  const path = bench.programs.path('Node');
  const home = bench.newHome();
  const thread = bench.server.addThread();
  const plain = async (env: Readonly<Record<string, string>>) =>
    between(await bench.run('plainStart', { home, path, env }), 'begins', 'agentapi');
  const floor = (asks: string) =>
    pairs(
      bench.pairs,
      () => plain({ BENCH_ASKS: asks }),
      () => plain({}),
    );
  return { cold: await floor(ASKS.cold), warm: await floor(`${ASKS.warm} ${thread}`) };
}

/** The lower bound in a sentence, for a missed target. @param ratio of our start to the plain script's. */
export function floorInWords(kind: keyof Floors, { ratio: floor }: Paired, ratio: number): string {
  return `With \`amp ${ASKS[kind]}\` in place of \`amp --version\`, which contacts no server, the plain script itself takes ${floor.toFixed(2)} times as long. That is the lower bound, and Amp determines it; this module takes ${(ratio / floor).toFixed(2)} times as long as that.`;
}
