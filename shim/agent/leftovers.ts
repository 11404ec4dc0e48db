import { parseThreadId, type ThreadId } from '../amp/thread-id.ts';
import type { BaseConfig } from '../environment/base.ts';
import type { SessionPaths } from '../store/paths.ts';
import { readRunner } from '../store/runner.ts';
import { withoutSecrets } from '../system/call.ts';
import {
  commandLineOf,
  environmentOf,
  identifyProcess,
  ownProcesses,
  type SeenProcess,
  startTime,
} from '../system/processes.ts';
import type { LiveAgent } from './live.ts';
import { terminalIdentity } from './terminal-identity.ts';

/** What Amp puts in front of a command (test/cli/live/leftovers.test.ts). */
const PREAMBLE = /^set -o pipefail; (shopt -u extglob; )?/;

/** A command of an agent that has ended: Amp runs each in a session of its own, which doesn't end with Amp. */
export type Leftover = SeenProcess & {
  readonly command: string;
  /** When it was started, by the clock as it is now; null where the system doesn't tell. */
  readonly since: string | null;
  /** The thread in whose turn it was started. */
  readonly thread: ThreadId;
  /** It and what it has started. */
  readonly processes: readonly SeenProcess[];
};

/**
 * The commands that earlier agents of a key left running. Amp tells each its thread in the environment
 * (`AMP_CURRENT_THREAD_ID`), and the agent's terminal identity says whose they are: no other key's, no runner's and
 * nobody's own Amp. What the running agent has started itself isn't among them.
 * @returns null where the system doesn't show its processes.
 */
export function leftoversOf(
  { stateFolder, key, secrets }: Pick<BaseConfig, 'stateFolder' | 'key' | 'secrets'>,
  paths: SessionPaths,
  live: LiveAgent,
): readonly Leftover[] | null {
  const all = ownProcesses();
  if (all === null) return null;
  const lineOf = lines(all);
  const agent = live.kind === 'running' ? live.pid : null;
  const before = agent === null ? Number.POSITIVE_INFINITY : (identifyProcess(agent)?.started ?? 0);
  // A start script, or this command, may itself have been run by an agent that has ended.
  const ours = [process.pid, agent ?? 0, readRunner(paths.runner)?.pid ?? 0];
  const kept = new Set(ours.flatMap(lineOf));
  const identity = `TERM_SESSION_ID=${terminalIdentity(stateFolder, key)}`;
  const found = new Map(
    all.flatMap((each) => {
      const thread = kept.has(each.pid) || each.started >= before ? null : threadOf(each.pid, identity);
      return thread === null ? [] : [[each.pid, { ...each, thread }]];
    }),
  );
  return [...found.values()]
    .filter(({ parent }) => !found.has(parent))
    .map((each) => ({
      ...each,
      command: withoutSecrets(commandOf(each.pid), secrets),
      since: startTime(each.started)?.toISOString() ?? null,
      processes: all.filter(({ pid }) => !kept.has(pid) && lineOf(pid).includes(each.pid)),
    }));
}

/** @returns what gives a process and all above it. */
function lines(all: readonly SeenProcess[]): (pid: number) => readonly number[] {
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  return function lineOf(pid): readonly number[] {
    const parent = parents.get(pid);
    return parent === undefined ? [pid] : [pid, ...lineOf(parent)];
  };
}

/** The thread in whose turn a process was started by the Amp with this identity; null for any other process. */
function threadOf(pid: number, identity: string): ThreadId | null {
  const variables = environmentOf(pid) ?? [];
  if (!variables.includes(identity)) return null;
  const name = 'AMP_CURRENT_THREAD_ID=';
  return parseThreadId(variables.find((each) => each.startsWith(name))?.slice(name.length) ?? '');
}

function commandOf(pid: number): string {
  const words = (commandLineOf(pid) ?? []).slice(0, -1);
  const [, option, script = ''] = words;
  return option === '-c' && PREAMBLE.test(script) ? script.replace(PREAMBLE, '') : words.join(' ');
}
