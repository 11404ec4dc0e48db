import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { activityOf } from '../agent/activity.ts';
import { afterFailures } from '../agent/failures.ts';
import { liveAgent } from '../agent/live.ts';
import { WHERE_TO_ANSWER } from '../agent/question.ts';
import type { Key } from '../key/key.ts';
import { HOW_TO_END, leftovers, leftoverView, leftoverWords } from '../key/leftovers.ts';
import { shortId } from '../key/reference.ts';
import { liveRunner } from '../runner/live.ts';
import { type Jsonc, JsonFile } from '../settings/json-file.ts';
import { readRunner } from '../store/runner.ts';
import { readTextIfPresent } from '../system/files.ts';
import { waitFor } from '../system/wait.ts';
import { type Finding, look, note, ok, problem } from './finding.ts';

/** A starting Amp connects within a second. */
const CONNECTING_MS = 5_000;

/** Whether the agent waits for a person, or for a connection, both of which AgentAPI takes for work. */
export async function checkActivity(key: Key): Promise<Finding[]> {
  const now = () => activityOf(liveAgent(key.paths, key.read()));
  const { question } = await now();
  if (question !== null)
    return [note('question', `The agent waits for a person: ${question}`, WHERE_TO_ANSWER)];
  if (await waitFor(async () => (await now()).doing !== 'connecting', CONNECTING_MS)) return [];
  return [
    problem(
      'connection',
      "the agent has no websocket to Amp's servers, so it gets no messages",
      'Besides HTTP, Amp needs websockets (wss) to its servers: have the proxy or firewall let them through.',
    ),
  ];
}

/** Whether commands of an earlier agent or runner go on beside the one that runs now, or without any. */
function checkLeftovers(key: Key): Finding[] {
  return (leftovers(key) ?? []).map((each) =>
    note(
      'processes',
      `outlived its agent or runner: ${leftoverWords(leftoverView(each), new Date())}`,
      HOW_TO_END,
    ),
  );
}

/** Checks what this workspace's start set up: the command itself, Amp's settings, the agent. */
export function checkWorkspace(key: Key, jsonc: Jsonc): Finding[] {
  return [
    ...look('command', 'Restart the workspace to have it placed again.', () => [checkBundle(key)]),
    ...look('settings', "See to the file's owner, mode and links.", () => [checkSettings(key, jsonc)]),
    ...look('agent', "See to the owner and mode of the record's files.", () => [
      ...checkRunner(key),
      ...checkAgent(key),
    ]),
    ...look('processes', "See to the owner and mode of the record's files.", () => checkLeftovers(key)),
  ];
}

function checkBundle({ config }: Key): Finding {
  const bundle = join(config.stateFolder, 'bundle/current.cjs');
  // It imports the one that was placed last, whose folder is named by its checksum (scripts/place.sh).
  const text = readTextIfPresent(bundle);
  return text !== null
    ? ok('command', `${dirname(bundle)}, ${/\.\/(\w{1,8})/.exec(text)?.[1] ?? 'of an earlier version'}`)
    : note('command', `${bundle} is missing`, 'Restart the workspace to restore it.');
}

function checkSettings({ config }: Key, jsonc: Jsonc): Finding {
  const path = config.settingsFile;
  if (!existsSync(path)) return note('settings', `${path} does not exist yet`, 'The first start creates it.');
  return new JsonFile(path, jsonc).content === null
    ? problem(
        'settings',
        `${path} is not valid JSON; Amp can't start with it`,
        'Fix the file; amp shows where the error is.',
      )
    : ok('settings', path);
}

function checkRunner({ paths, config }: Key): Finding[] {
  const runner = liveRunner(paths, config);
  if (runner === null) return [];
  const { name, state, threads, trouble } = runner;
  switch (state) {
    case 'serving':
      return [
        ok('runner', `${name} serves ${threads.length === 1 ? 'one thread' : `${threads.length} threads`}`),
      ];
    case 'offline':
      return [note('runner', `${name} can't reach Amp's servers at the moment`, 'It reconnects by itself.')];
    case 'starting':
      return [note('runner', `${name} is starting`, 'Run this again in a moment.')];
    case 'waiting':
      return [
        problem('runner', `${name} is not running: ${trouble}`, "'amp-session logs' has what it printed."),
      ];
  }
}

function checkAgent(key: Key): Finding[] {
  const agent = agentFinding(key);
  // Without AgentAPI, the runner is all there is.
  const isRunner =
    liveRunner(key.paths, key.config) !== null && liveAgent(key.paths, key.read()).kind === 'stopped';
  return isRunner ? [] : [agent];
}

function agentFinding(key: Key): Finding {
  const live = liveAgent(key.paths, key.read());
  const { persistence = null, quickFailures = 0 } = readRunner(key.paths.runner) ?? {};
  if (persistence === false) {
    return note(
      'agent',
      'persistence is off: nothing is recorded or resumed',
      'Set enable_state_persistence = true in the template.',
    );
  }
  switch (live.kind) {
    case 'running':
      return ok(
        'agent',
        `running in ${live.thread === null ? 'a thread that it opened itself' : shortId(live.thread)}, ${live.url === null ? 'in a terminal' : `at ${live.url}`}`,
      );
    case 'waiting':
      return problem(
        'agent',
        'the start script is running, but AgentAPI is not',
        quickFailures > 1 ? afterFailures(quickFailures) : "'amp-session logs' says why.",
      );
    case 'stopped':
      return note(
        'agent',
        `no agent is running for key '${key.name}'`,
        'Restart the workspace to start it, if the template has an agent for this key.',
      );
  }
}
