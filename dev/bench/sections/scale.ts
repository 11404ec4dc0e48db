import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { STATE_FOLDER } from '../../../test/support/cli/home.ts';
import { type Bench, between } from '../bench.ts';
import { atMost, type Chapter, figure, spread, table } from '../report.ts';
import { seedHistory } from '../seed.ts';
import { milliseconds, type Paired, pairs, repeat, type Spread } from '../stats.ts';

const THREADS = [10, 1_000, 10_000] as const;
const KEYS = [1, 10, 50] as const;
/** A history of about 195 MB. */
const LONG_THREADS = 560_000;
/** Every headless turn runs its own Amp; with more at once, the limit would be the machine's memory. */
const AT_ONCE = 10;

/** Whether anything takes longer with a larger record. */
export async function measureScale(bench: Bench): Promise<Chapter> {
  const path = bench.programs.path('Node');
  const homes = new Map<number, string>();
  for (const threads of THREADS) homes.set(threads, await homeWith(bench, path, threads));
  const homeOf = (threads: number) => homes.get(threads) ?? '';
  const start = async (threads: number) =>
    between(await bench.run('start', { home: homeOf(threads), path }), 'begins', 'agentapi');
  const starts = new Map<number, Paired>();
  for (const threads of THREADS) {
    starts.set(
      threads,
      await pairs(
        bench.pairs,
        () => start(threads),
        () => start(10),
      ),
    );
  }
  const timeOf = (threads: number, ...words: string[]) =>
    repeat(bench.pairs, () => milliseconds(() => session(bench, homeOf(threads), path, words)));
  const threadRows: string[][] = [];
  for (const threads of THREADS) {
    const paired = starts.get(threads);
    threadRows.push([
      figure(threads),
      paired === undefined ? '' : spread(paired.ours),
      paired === undefined ? '' : paired.ratio.toFixed(2),
      spread(await timeOf(threads, 'status')),
      spread(await timeOf(threads, 'list')),
      spread(await timeOf(threads, 'list', '--limit', String(threads))),
    ]);
  }
  const keyRows: string[][] = [];
  for (const keys of KEYS) keyRows.push(await keyRow(bench, path, keys));
  const replay = await replayRow(bench, path);
  return {
    title: 'Scale',
    text: [
      'A warm start, `amp-session status` and `amp-session list` (the latest 20, and all) for a key with this many threads in its history, on Node. The ratio compares the start with one with ten threads, in alternating runs.',
      table(['threads', 'start', 'ratio', '`status`', '`list`', '`list` of all'], threadRows),
      `The same with several keys of ten threads each, and how many turns per second \`amp-session send\` completes across that many keys, at most ${AT_ONCE} at once, with the real \`amp\`.`,
      table(['keys', '`status`', '`list --all`', 'turns per second'], keyRows),
      '`amp-session status` with a history without a snapshot, which is read from its beginning, and what Node takes to read that file and split it into lines.',
      table(['a history of', '`status`', 'reading and splitting it'], [replay]),
    ],
    bars: [
      atMost(
        'Start with 10,000 threads, relative to one with ten',
        starts.get(10_000)?.ratio ?? Number.NaN,
        1.2,
        '',
      ),
    ],
  };
}

/** `status` writes no snapshot, so that every run reads the whole history. */
async function replayRow(bench: Bench, path: string): Promise<string[]> {
  const home = await homeWith(bench, path, LONG_THREADS);
  const { history } = sessionPaths(join(home, STATE_FOLDER), 'main');
  const status = await repeat(bench.pairs, () => milliseconds(() => session(bench, home, path, ['status'])));
  const read = await repeat(bench.pairs, () =>
    milliseconds(async () => readFileSync(history, 'utf8').split('\n')),
  );
  return [`${Math.round(statSync(history).size / 1e6)} MB without a snapshot`, spread(status), spread(read)];
}

async function keyRow(bench: Bench, path: string, keys: number): Promise<string[]> {
  const home = await bench.placedHome(path);
  const names = Array.from({ length: keys }, (_, number) => (number === 0 ? 'main' : `key-${number}`));
  for (const key of names) seedHistory(home, key, bench.server.addThread(), 10, join(bench.root, 'project'));
  const time = (...words: string[]): Promise<Spread> =>
    repeat(bench.pairs, () => milliseconds(() => session(bench, home, path, words)));
  const status = await time('status');
  const list = await time('list', '--all');
  const send = async () => {
    const waiting = [...names];
    const work = async () => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        await session(bench, home, path, ['send', '--key', key, 'Hello']);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  };
  const turns = await milliseconds(send);
  return [figure(keys), spread(status), spread(list), ((keys * 1_000) / turns).toFixed(2)];
}

async function homeWith(bench: Bench, path: string, threads: number): Promise<string> {
  const home = await bench.placedHome(path);
  seedHistory(home, 'main', bench.server.addThread(), threads, join(bench.root, 'project'));
  return home;
}

function session(bench: Bench, home: string, path: string, words: readonly string[]) {
  return bench.command(join(home, STATE_FOLDER, 'bin/amp-session'), words, { home, path });
}
