import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { runnerStateFile } from '../../../shim/amp/runner-state.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { seal } from '../../../shim/store/seal.ts';
import { STATE_FOLDER } from '../../../test/support/cli/home.ts';
import { waitUntil } from '../../../test/support/wait.ts';
import { killAll, processesOf } from '../../../test/support/workspace/machine.ts';
import type { Bench, Where } from '../bench.ts';
import { RUNNER_NAME } from '../module-scripts.ts';
import { atMost, type Chapter, figure, pairCells, spread, table } from '../report.ts';
import { pairs, type Spread, spreadOf } from '../stats.ts';

const MANY = 500;
const FEW = 10;

/** A home in which runner.sh lies, the file for the runner's reports, and how it is started. */
type Side = Where & { readonly events: string; readonly script: string };

/** From runner.sh to a registered runner, what stays in memory beside it, and whether many threads take longer. */
export async function measureRunner(bench: Bench): Promise<Chapter> {
  const path = bench.programs.path('Node');
  const ours = await ourSide(bench, path);
  const plain = plainSide(bench, path);
  const time = await pairs(
    bench.pairs,
    () => registered(bench, ours),
    () => registered(bench, plain),
  );
  const memory = { ours: [] as number[], plain: [] as number[] };
  for (let pair = 0; pair < bench.atMost(5); pair++) {
    memory.ours.push(await resident(bench, ours));
    memory.plain.push(await resident(bench, plain));
  }
  const quick = quickAmp(bench, path);
  const many = await ourSide(bench, quick);
  const few = await ourSide(bench, quick);
  const [manyThreads, fewThreads] = [seed(bench, many, MANY), seed(bench, few, FEW)];
  const scale = await pairs(
    bench.pairs,
    () => registered(bench, many, manyThreads),
    () => registered(bench, few, fewThreads),
  );
  const [resOurs, resPlain]: Spread[] = [spreadOf(memory.ours), spreadOf(memory.plain)];
  return {
    title: 'A runner',
    text: [
      `From the first line of runner.sh, which start.sh or steps.sh starts, to Amp's report that it is registered; a warm start, with the key's own thread, on Node. The plain script sources the profile and runs \`amp --no-tui\`. With ${MANY} served threads and ${FEW}, Amp is a stub that reports at once, so that this is our part alone.`,
      table(
        ['', 'this module', 'the other', 'ratio', 'ratios of the pairs'],
        [
          ['plain script', ...pairCells(time)],
          [`${MANY} threads, and ${FEW}`, ...pairCells(scale)],
        ],
      ),
      'Resident beside Amp, in kilobytes:',
      table(
        ['script', 'resident'],
        [
          ['this module', spread(resOurs ?? spreadOf([Number.NaN]))],
          ['plain script', spread(resPlain ?? spreadOf([Number.NaN]))],
        ],
      ),
    ],
    bars: [
      atMost(
        'Runner, to its registration, relative to the plain script',
        time.ratio,
        1.05,
        '',
        `Of ${figure(time.ours.median)} ms, about ${figure(scale.plain.median)} pass before Amp is launched: bash reads the profile, and a runtime loads our program, which reads the record and syncs this start to it. The rest is Amp's own start.`,
      ),
      atMost(
        'Runner, resident memory, more than the plain script',
        (resOurs?.median ?? Number.NaN) - (resPlain?.median ?? Number.NaN),
        512,
        ' KB',
      ),
      atMost(`Runner with ${MANY} threads, relative to one with ${FEW}`, scale.ratio, 1.2, ''),
    ],
  };
}

/** A home in which the module's scripts have put runner.sh, and its first start is over. */
async function ourSide(bench: Bench, path: string): Promise<Side> {
  const home = await bench.placedHome(path);
  const folder = join(home, STATE_FOLDER);
  const script = join(folder, 'scripts/runner.sh');
  const side = { home, path, script, events: sessionPaths(folder, 'main').ampRunnerEvents };
  await bench.run('runner', { home, path });
  await reported(side, 0);
  await end(bench, side);
  return side;
}

/** What people write themselves. */
function plainSide(bench: Bench, path: string): Side {
  const home = bench.newHome();
  const [script, events] = [join(home, 'plain.sh'), join(home, 'events.jsonl')];
  writeFileSync(
    script,
    `#!/usr/bin/env bash
if [ -f "$HOME/.bashrc" ]; then source "$HOME/.bashrc"; fi
set -euo pipefail
export PATH="$HOME/.local/bin:$HOME/.amp/bin:$PATH"
mkdir -p "$BENCH_WORKDIR"
cd "$BENCH_WORKDIR"
amp --no-tui --output-format json --runner-id ${RUNNER_NAME} >"$HOME/events.jsonl"
`,
  );
  chmodSync(script, 0o755);
  return { home, path, script, events };
}

/**
 * Milliseconds from a start's first line to the registration; ends the runner then.
 * @param prepare what comes before the start.
 */
async function registered(bench: Bench, side: Side, prepare: () => void = () => undefined): Promise<number> {
  prepare();
  const begin = Date.now();
  start(bench, side);
  const at = await reported(side, begin);
  await end(bench, side);
  return at - begin;
}

function start(bench: Bench, side: Side): void {
  rmSync(side.events, { force: true });
  rmSync(join(side.home, STATE_FOLDER, 'agentapi/stopping'), { force: true });
  void bench.command(side.script, [], side).catch(() => undefined);
}

const Report = z.looseObject({ type: z.string(), at: z.string() });

/** When the runner reported that it is registered, by its own clock. */
async function reported({ events }: Side, since: number): Promise<number> {
  return waitUntil("the runner's reports", async () => {
    const seen = linesOf(events).find(({ type }) => type === 'registered');
    const at = seen === undefined ? 0 : Date.parse(seen.at);
    return { done: at > since, seen: at };
  });
}

function linesOf(file: string): z.infer<typeof Report>[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.slice(0, -1).map((line) => Report.parse(JSON.parse(line)));
  } catch {
    // It doesn't exist yet.
    return [];
  }
}

/** Stops a runner as a workspace does, so that Amp unregisters it. */
async function end(bench: Bench, { home }: Side): Promise<void> {
  const folder = join(home, STATE_FOLDER, 'agentapi');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'stopping'), '');
  for (const { pid, args } of processesOf(home)) if (args.includes('--no-tui')) process.kill(pid, 'SIGTERM');
  await waitUntil('the end of the runner', async () => {
    const seen = processesOf(home).length;
    return { done: seen === 0, seen };
  });
  killAll(home);
  await waitUntil('the registered runners', async () => {
    const seen = [...bench.server.runners.registered.keys()];
    return { done: !seen.includes(RUNNER_NAME), seen };
  });
}

/** What is in memory beside Amp once everything that only helps the start has ended, in kilobytes. */
async function resident(bench: Bench, side: Side): Promise<number> {
  start(bench, side);
  await reported(side, 0);
  const beside = () => processesOf(side.home).filter(({ args }) => !args.includes('--no-tui'));
  const left = await waitUntil('the processes beside Amp', async () => {
    const seen = beside();
    return { done: seen.every(({ args }) => args[0]?.endsWith('bash') === true), seen };
  });
  const kilobytes = left.reduce((sum, { pid }) => {
    const smaps = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return sum + Number(/^Rss: +(\d+) kB$/m.exec(smaps)?.[1]);
  }, 0);
  await end(bench, side);
  return kilobytes;
}

/** A folder for PATH with an `amp` that does nothing but report. */
function quickAmp(bench: Bench, path: string): string {
  const folder = join(bench.root, 'quick-amp');
  mkdirSync(folder);
  const amp = join(folder, 'amp');
  writeFileSync(
    amp,
    `#!/usr/bin/env bash
case "$*" in
*--no-tui*)
  printf '{"type":"registered","at":"%s"}\\n' "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)"
  trap 'exit 0' TERM
  while :; do read -r -t 1000 <> <(:); done
  ;;
'threads new') echo 'T-${randomUUID()}' ;;
'--version') echo '0.0.1790142911-g7618fb' ;;
esac
`,
  );
  chmodSync(amp, 0o755);
  return `${folder}:${path}`;
}

/**
 * Has a key's runner serve many threads: they are in its history.
 * @returns what puts Amp's file as it was after such a run.
 */
function seed(bench: Bench, { home }: Side, count: number): () => void {
  const { history } = sessionPaths(join(home, STATE_FOLDER), 'main');
  const lines = readFileSync(history, 'utf8').split('\n').slice(0, -1);
  const workdir = join(bench.root, 'project');
  const threads = Array.from({ length: count }, () => `T-${randomUUID()}`);
  const begin = Date.now();
  const added = threads.map((thread, index) =>
    seal({
      seq: lines.length + 1 + index,
      at: new Date(begin + index).toISOString(),
      event: 'served',
      thread,
      folder: null,
      workdir,
    }),
  );
  writeFileSync(history, `${[...lines, ...added].join('\n')}\n`);
  const file = runnerStateFile(ampFolders(home, {}), workdir);
  const own = /"thread":"(T-[^"]+)"/.exec(lines[0] ?? '')?.[1] ?? '';
  const text = JSON.stringify({
    runnerId: RUNNER_NAME,
    workingDirectory: workdir,
    servedThreadIds: [own, ...threads],
  });
  return () => writeFileSync(file, text);
}
