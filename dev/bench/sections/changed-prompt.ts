import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentapiClient, agentapiClient } from '../../../test/support/agentapi/client.ts';
import { textOf } from '../../../test/support/amp/server.ts';
import { STATE_FOLDER } from '../../../test/support/cli/home.ts';
import { freePort } from '../../../test/support/ports.ts';
import { waitUntil } from '../../../test/support/wait.ts';
import { killAll, processesOf } from '../../../test/support/workspace/machine.ts';
import type { Bench, Where } from '../bench.ts';
import { PROMPT } from '../module-scripts.ts';
import { atMost, type Chapter, pairCells, table } from '../report.ts';
import { pairs } from '../stats.ts';
import { realPath } from './prompt.ts';

const FEW = 5;
const TITLE = "A warm start's changed prompt";

/** What a user waits for who restarts a workspace whose template says something else now. */
export async function measureChangedPrompt(bench: Bench): Promise<Chapter> {
  const path = realPath(bench);
  if (path === null)
    return { title: TITLE, text: ['Not measured: AGENTAPI_BIN names no AgentAPI.'], bars: [] };
  const paired = await pairs(
    bench.atMost(FEW),
    () => untilSaid(bench, path, 'promptStart', () => Promise.resolve()),
    () => untilSaid(bench, path, 'start', postAtOnce),
  );
  return {
    title: TITLE,
    text: [
      `From the first line of a warm start's script to the arrival of the prompt at Amp's server, compared with the same start without a prompt and a program that asks AgentAPI for its status without a pause and posts the message as soon as that is *stable*. ${bench.atMost(FEW)} pairs.`,
      table(
        ['', 'compared with', 'ours', 'theirs', 'ratio', 'ratios of the pairs'],
        [['this module', 'a message posted at once', ...pairCells(paired)]],
      ),
    ],
    bars: [
      atMost(
        'Warm start: a changed prompt, relative to a message posted at once',
        paired.ratio,
        1.1,
        '',
        "AgentAPI first calls its agent *stable* while Amp's screen is still blank, before Amp has opened its thread: what is typed then can lose its line breaks or go to another thread. AgentAPI takes the next message once the screen with the open thread has been still for 2 s.",
      ),
    ],
  };
}

async function postAtOnce(agent: AgentapiClient): Promise<void> {
  await agent.waitUntilAnswers();
  await agent.waitForStatus('stable');
  await agent.send(PROMPT);
}

/** Milliseconds until Amp's server has the prompt once more, in a home that has had a start. */
async function untilSaid(
  bench: Bench,
  path: string,
  script: 'start' | 'promptStart',
  post: (agent: AgentapiClient) => Promise<void>,
): Promise<number> {
  const where = { home: await bench.placedHome(path), path, env: KEEPS_CHAT };
  await firstStart(bench, where);
  const before = said(bench);
  const port = await freePort();
  const begin = performance.now();
  const run = bench.run(script, where, port).catch(() => undefined);
  try {
    const [, took] = await Promise.all([
      post(agentapiClient(port)),
      waitUntil('the prompt', async () => ({ done: said(bench) > before, seen: said(bench) })).then(
        () => performance.now() - begin,
      ),
    ]);
    return took;
  } finally {
    killAll(where.home);
    await run;
  }
}

/** As AgentAPI's module sets them. */
const KEEPS_CHAT = { AGENTAPI_LOAD_STATE: 'true', AGENTAPI_SAVE_STATE: 'true' };

/** A start that ends as a workspace's stop ends it, so that the next one is warm and loads its chat. */
async function firstStart(bench: Bench, where: Where): Promise<void> {
  const port = await freePort();
  const run = bench.run('start', where, port).catch(() => undefined);
  const agent = agentapiClient(port);
  await agent.waitUntilAnswers();
  await agent.waitForStatus('stable');
  writeFileSync(join(where.home, STATE_FOLDER, 'agentapi/stopping'), '');
  for (const { pid, args } of processesOf(where.home))
    if (args.includes('server')) process.kill(pid, 'SIGTERM');
  await run;
}

/** How many messages with the prompt Amp's server has. */
function said({ server }: Bench): number {
  return [...server.threads.values()]
    .flatMap(({ messages }) => messages)
    .filter((message) => textOf(message).trim() === PROMPT).length;
}
