import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { textOf } from '../../../test/support/amp/server.ts';
import { freePort } from '../../../test/support/ports.ts';
import { waitUntil } from '../../../test/support/wait.ts';
import { killAll } from '../../../test/support/workspace/machine.ts';
import type { Bench, ScriptName } from '../bench.ts';
import { PROMPT } from '../module-scripts.ts';
import { atMost, type Chapter, pairCells, seconds, table } from '../report.ts';
import { type Paired, pairs } from '../stats.ts';

/** Each takes ten seconds, give or take 10%. */
const FEW = 5;

/** What a user waits for at a new workspace's first start: until the prompt has reached Amp's server. */
export async function measurePrompt(bench: Bench): Promise<Chapter> {
  const path = realPath(bench);
  if (path === null)
    return { title: TITLE, text: ['Not measured: AGENTAPI_BIN names no AgentAPI.'], bars: [] };
  const cold = (script: ScriptName, homeFor: () => Promise<string>) => async () =>
    untilPrompted(bench, script, await homeFor(), path);
  const ours = cold('promptStart', () => bench.placedHome(path));
  const plain = cold('plainPromptStart', async () => bench.newHome());
  const first = await pairs(bench.atMost(FEW), ours, plain);
  const rows: [string, string, Paired][] = [['this module', 'plain script', first]];
  if (bench.against !== null) {
    const older = cold('older-promptStart', () => bench.placedHome(path, 'older-place'));
    rows.push(['this module', bench.against, await pairs(bench.atMost(FEW), ours, older)]);
  }
  return {
    title: TITLE,
    means: `A new workspace's prompt is at Amp ${seconds(first.ours)} after the start script's first line; with a plain script, which keeps no session, it takes ${seconds(first.plain)}.`,
    text: [
      `From the first line of the start script to the arrival of the prompt at Amp's (loopback) server, in a new home, with the real AgentAPI and the real Amp. The plain script pipes the prompt to Amp under AgentAPI, in whatever thread Amp opens, as 3.0.0 did. ${bench.atMost(FEW)} pairs.`,
      table(
        ['', 'compared with', 'ours', 'theirs', 'ratio', 'ratios of the pairs'],
        rows.map(([one, other, paired]) => [one, other, ...pairCells(paired)]),
      ),
    ],
    bars: [atMost('Cold start: first prompt at Amp, relative to the plain script', first.ratio, 1.2, '')],
  };
}

const TITLE = 'From start.sh to the first prompt at Amp';

/** PATH with the real AgentAPI that AGENTAPI_BIN names; null for none. */
export function realPath(bench: Bench): string | null {
  const real = process.env['AGENTAPI_BIN'];
  return real === undefined ? null : `${dirname(realpathSync(real))}:${bench.programs.path('Node')}`;
}

/** Milliseconds until a message with the prompt is in a thread that began with this start. */
async function untilPrompted(bench: Bench, script: ScriptName, home: string, path: string): Promise<number> {
  const before = new Set(bench.server.threads.keys());
  const begin = performance.now();
  const run = bench
    .run(script, { home, path, env: { BENCH_PROMPT: PROMPT } }, await freePort())
    .catch(() => undefined);
  try {
    await waitUntil('the prompt', async () => {
      const messages = [...bench.server.threads.values()]
        .filter(({ id }) => !before.has(id))
        .flatMap((thread) => thread.messages.map(textOf));
      return { done: messages.some((text) => text.trim() === PROMPT), seen: messages };
    });
    return performance.now() - begin;
  } finally {
    killAll(home);
    await run;
  }
}
