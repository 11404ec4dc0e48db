import { servingProcess } from '../amp/runner-state.ts';
import { parseThreadId, type ThreadId } from '../amp/thread-id.ts';
import type { BaseConfig } from '../environment/base.ts';
import { readSupervisor } from '../runner/supervisor.ts';
import type { SessionPaths } from '../store/paths.ts';
import { readRunner } from '../store/runner.ts';
import { withoutSecrets } from '../system/call.ts';
import {
  commandLineOf,
  environmentOf,
  identifyProcess,
  isRunning,
  ownProcesses,
  type SeenProcess,
  startTime,
} from '../system/processes.ts';
import type { LiveAgent } from './live.ts';
import { terminalIdentity } from './terminal-identity.ts';

/** What Amp puts in front of a command (test/cli/live/leftovers.test.ts). */
const PREAMBLE = /^set -o pipefail; (shopt -u extglob; )?/;

/** A command of an Amp that has ended: Amp runs each in a session of its own, which doesn't end with Amp. */
export type Leftover = SeenProcess & {
  readonly command: string;
  /** When it was started, by the clock as it is now; null where the system doesn't tell. */
  readonly since: string | null;
  /** The thread in whose turn it was started. */
  readonly thread: ThreadId;
  /** It and what it has started. */
  readonly processes: readonly SeenProcess[];
};

/** One of a key's two Amps that run commands: its agent's and its runner's. */
type Owner = {
  /** What its commands are recognized by: variables that it has passed on to them, each as `NAME=value` or as `NAME=`. */
  readonly marks: readonly string[];
  /** Its process; null while it doesn't run. */
  readonly pid: number | null;
};

type Parts = Pick<BaseConfig, 'home' | 'folders' | 'stateFolder' | 'key' | 'secrets'>;

/**
 * The commands that earlier agents and runners of a key left running. Amp tells each its thread in the environment
 * (`AMP_CURRENT_THREAD_ID`), and the agent's terminal identity or the runner's variables say whose they are: no other
 * key's, and nobody's own Amp. What the running one has started itself isn't among them.
 * @returns null where the system doesn't show its processes.
 */
export function leftoversOf(config: Parts, paths: SessionPaths, live: LiveAgent): readonly Leftover[] | null {
  const all = ownProcesses();
  if (all === null) return null;
  const lineOf = lines(all);
  const supervisor = readSupervisor(paths);
  const owners = [agentOf(config, live), runnerOf(config, supervisor?.workdir ?? null)];
  const scripts = [readRunner(paths.runner), supervisor].flatMap((each) =>
    each !== null && isRunning(each) ? [each.pid] : [],
  );
  // A start script, or this command, may itself have been run by an agent that has ended.
  const ours = [process.pid, ...scripts, ...owners.map(({ pid }) => pid ?? 0)];
  const kept = new Set(ours.flatMap(lineOf));
  const found = new Map(
    all.flatMap((each) => {
      // What outlives its Amp is nobody's child any more: what a script has below it is the running Amp's.
      const isKept = kept.has(each.pid) || scripts.some((script) => lineOf(each.pid).includes(script));
      const thread = isKept ? null : threadOf(each, owners);
      return thread === null ? [] : [[each.pid, { ...each, thread }]];
    }),
  );
  return [...found.values()]
    .filter(({ parent }) => !found.has(parent))
    .map((each) => ({
      ...each,
      command: withoutSecrets(commandOf(each.pid), config.secrets),
      since: startTime(each.started)?.toISOString() ?? null,
      processes: all.filter(({ pid }) => !kept.has(pid) && lineOf(pid).includes(each.pid)),
    }));
}

function agentOf({ stateFolder, key }: Parts, live: LiveAgent): Owner {
  const marks = [`TERM_SESSION_ID=${terminalIdentity(stateFolder, key)}`];
  return { marks, pid: live.kind === 'running' ? live.pid : null };
}

/** Amp's runner passes on what runner.sh exports, which no other script does. */
function runnerOf({ home, folders, key }: Parts, workdir: string | null): Owner {
  const marks = [`HOME=${home}`, `AMP_MODULE_SESSION_KEY=${key}`, 'AMP_MODULE_RUNNER_DIRECTORIES='];
  return { marks, pid: workdir === null ? null : servingProcess(folders, workdir) };
}

/** @returns what gives a process and all above it. */
function lines(all: readonly SeenProcess[]): (pid: number) => readonly number[] {
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  return function lineOf(pid): readonly number[] {
    const parent = parents.get(pid);
    return parent === undefined ? [pid] : [pid, ...lineOf(parent)];
  };
}

/** The thread in whose turn an earlier Amp of one of these owners started a process; null for any other process. */
function threadOf({ pid, started }: SeenProcess, owners: readonly Owner[]): ThreadId | null {
  const variables = environmentOf(pid) ?? [];
  const has = (mark: string) =>
    mark.endsWith('=') ? variables.some((each) => each.startsWith(mark)) : variables.includes(mark);
  const owner = owners.find(({ marks }) => marks.every(has));
  const now = owner?.pid == null ? Number.POSITIVE_INFINITY : (identifyProcess(owner.pid)?.started ?? 0);
  if (owner === undefined || started >= now) return null;
  const name = 'AMP_CURRENT_THREAD_ID=';
  return parseThreadId(variables.find((each) => each.startsWith(name))?.slice(name.length) ?? '');
}

function commandOf(pid: number): string {
  const words = (commandLineOf(pid) ?? []).slice(0, -1);
  const [, option, script = ''] = words;
  return option === '-c' && PREAMBLE.test(script) ? script.replace(PREAMBLE, '') : words.join(' ');
}
