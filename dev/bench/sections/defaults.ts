import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, between, type ScriptName, type Where } from '../bench.ts';
import { type DownloadServers, startDownloadServers } from '../downloads.ts';
import { atMost, type Chapter, figure, pairCells, seconds, spread, table } from '../report.ts';
import { milliseconds, pairs, repeat, spreadOf } from '../stats.ts';

/** The two sides, and the scripts that each runs before its start script. */
const SIDES = {
  ours: { before: ['place', 'install'], start: 'start' },
  plain: { before: ['plainDownloads'], start: 'plainStart' },
} as const satisfies Record<string, { before: readonly ScriptName[]; start: ScriptName }>;
type Side = keyof typeof SIDES;

/** A line for the computed figures, in bits per second. */
const LINE = 100_000_000;

/** Why a first start takes longer. */
const ONCE =
  "Once per home, this module also places its command, merges Amp's settings, syncs AgentAPI to disk, and asks Amp's servers for the thread.";

/** What a template author gets who sets nothing, compared with the plain scripts, which download every time. */
export async function measureDefaults(bench: Bench): Promise<Chapter> {
  const servers = await startDownloadServers(bench.root);
  try {
    return await measure(bench, servers);
  } finally {
    await servers.close();
  }
}

async function measure(bench: Bench, servers: DownloadServers): Promise<Chapter> {
  const bare = () => bareHome(bench, servers);
  const homes = { ours: bare(), plain: bare() };
  const inNewHome = (side: Side) => async () => {
    const home = bare();
    const time = await start(bench, side, home);
    // Amp alone has 100 MB.
    rmSync(home, { recursive: true });
    return time;
  };
  const first = await pairs(bench.atMost(5), inNewHome('ours'), inNewHome('plain'));
  const bytes = {
    first: { ours: await served(bench, servers, 'ours', homes.ours), plain: 0 },
    later: { ours: await served(bench, servers, 'ours', homes.ours), plain: 0 },
  };
  for (const when of [bytes.first, bytes.later])
    when.plain = await served(bench, servers, 'plain', homes.plain);
  const later = await pairs(
    bench.pairs,
    () => start(bench, 'ours', homes.ours),
    () => start(bench, 'plain', homes.plain),
  );

  await servers.setOnline(false);
  const noAmp = { AMP_URL: await bench.server.unreachableUrl() };
  const offline = await repeat(bench.pairs, () => start(bench, 'ours', homes.ours, noAmp));
  const firstOffline = await repeat(bench.atMost(5), () => fail(bench, 'ours', bare()));
  // Always 25 s of pauses, and little else.
  const plainOffline = spreadOf([await fail(bench, 'plain', homes.plain)]);

  const onTheLine = (loaded: number) => figure((loaded * 8) / LINE);
  return {
    title: 'The default configuration',
    means: `With every input at its default, a later start downloads nothing and runs AgentAPI after ${seconds(later.ours)}, offline too; scripts that install at every start take ${seconds(later.plain)} on a network without limits.`,
    text: [
      "A workspace whose template sets the agent, the work folder and the key and nothing else, on an image with Node but neither Amp nor AgentAPI, compared with what 3.0.0 did: run Amp's installer and download AgentAPI at every start. From the first script to the execution of AgentAPI, with one script after the other (Coder runs the first two of this module at once). A later start has the home folder of the first one and nothing else.",
      "GitHub, Amp's download servers and Amp's API are servers on loopback, so *on* means a network without delay or limit; *off* means that all of them refuse connections.",
      table(
        ['start, network', 'this module', 'plain scripts', 'ratio', 'ratios of the pairs'],
        [
          ['first, on', ...pairCells(first)],
          ['later, on', ...pairCells(later)],
          ['later, off', spread(offline), `no agent, after ${spread(plainOffline)}`, '', ''],
          [
            'first, off',
            `no agent, after ${spread(firstOffline)}`,
            `no agent, after ${spread(plainOffline)}`,
            '',
            '',
          ],
        ],
      ),
      `The figures of first starts are from ${first.count} of each. What each side downloads, and, **computed, not measured**, what that takes at ${LINE / 1_000_000} Mbit/s and is to be added to the times above. Amp is the executable from its npm package, as it is; AgentAPI is a stub as large as the real one.`,
      table(
        [
          'start',
          'this module, bytes',
          'plain scripts, bytes',
          'this module, s (computed)',
          'plain scripts, s (computed)',
        ],
        (['first', 'later'] as const).map((when) => {
          const { ours, plain } = bytes[when];
          return [when, figure(ours), figure(plain), onTheLine(ours), onTheLine(plain)];
        }),
      ),
    ],
    bars: [
      atMost(
        'Default configuration, first start, relative to the plain scripts',
        first.ratio,
        1.15,
        '',
        ONCE,
      ),
      atMost('Default configuration, later start, relative to the plain scripts', later.ratio, 1, ''),
      atMost('Default configuration, downloaded by a later start', bytes.later.ours, 0, ' bytes'),
    ],
  };
}

/** An unused home whose curl reaches the servers. */
function bareHome(bench: Bench, servers: DownloadServers): string {
  const home = bench.newHome();
  writeFileSync(join(home, '.curlrc'), servers.curlrc);
  return home;
}

/** A new container around a home: what is not on the volume is gone. */
function container(bench: Bench, home: string, env: Readonly<Record<string, string>> = {}) {
  const bin = join(bench.root, 'container-bin');
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  const where: Where = {
    home,
    path: `${bin}:${bench.programs.bare}`,
    env: { CODER_SCRIPT_BIN_DIR: bin, BENCH_BIN: bin, ...env },
    offline: 'AMP_URL' in env,
  };
  return { where, hasAgentApi: () => existsSync(join(bin, 'agentapi')) };
}

/** Milliseconds of one start. @throws if it doesn't get to AgentAPI; or, being ours, not to a thread. */
async function start(
  bench: Bench,
  side: Side,
  home: string,
  env?: Readonly<Record<string, string>>,
): Promise<number> {
  const { where } = container(bench, home, env);
  const { before, start: last } = SIDES[side];
  const scripts = await milliseconds(async () => {
    for (const name of before) await bench.run(name, where);
  });
  const stamps = await bench.run(last, where);
  const { words = '' } = stamps.find(({ what }) => what === 'agentapi') ?? {};
  if (side === 'ours' && !words.includes('threads continue T-')) throw new Error(`No thread in: ${words}`);
  return scripts + between(stamps, 'begins', 'agentapi');
}

/** Milliseconds until a start without a network has found that it can't have AgentAPI. @throws if it can. */
async function fail(bench: Bench, side: Side, home: string): Promise<number> {
  const { where, hasAgentApi } = container(bench, home);
  const time = await milliseconds(async () => {
    // The plain scripts fail; ours leave that to AgentAPI's module.
    for (const name of SIDES[side].before) await bench.run(name, { ...where, offline: true }).catch(() => {});
  });
  if (hasAgentApi()) throw new Error('AgentAPI was installed without a network.');
  return time;
}

/** How many bytes one start downloads. */
async function served(bench: Bench, servers: DownloadServers, side: Side, home: string): Promise<number> {
  servers.served();
  await start(bench, side, home);
  return servers.served();
}
