import { readRunnerReport } from '../amp/runner-events.ts';
import { runnerStateFile, servedIn } from '../amp/runner-state.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { BaseConfig } from '../environment/base.ts';
import type { SessionPaths } from '../store/paths.ts';
import { isSupervising, readSupervisor, reportsOf, troubleOf } from './supervisor.ts';

/** What a key's Amp runner is doing. */
export type LiveRunner = {
  readonly name: string;
  /**
   * `serving`: registered with Amp's servers; `offline`: it was, and reconnects by itself; `starting`; `waiting`: it
   * can't run now, and is started once it can.
   */
  readonly state: 'serving' | 'offline' | 'starting' | 'waiting';
  /** The threads that it serves. */
  readonly threads: readonly ThreadId[];
  /** Why it waits; null if it doesn't. */
  readonly trouble: string | null;
  /** How its Amp was started: options before its command, and the words in front. */
  readonly ampOptions: readonly string[];
};

/** Reports what a key's runner is doing; null where none is supervised. Sends no requests and works offline. */
export function liveRunner(paths: SessionPaths, { folders }: Pick<BaseConfig, 'folders'>): LiveRunner | null {
  const supervisor = readSupervisor(paths);
  if (!isSupervising(supervisor)) return null;
  const { name, workdir, launched, ampOptions, persistence } = supervisor;
  const trouble = troubleOf(supervisor);
  const { registered, failure, offlineSince } = readRunnerReport(reportsOf(paths, persistence));
  const isUp = launched && registered && failure === null;
  const up = offlineSince === null ? 'serving' : 'offline';
  const down = trouble === null ? 'starting' : 'waiting';
  const threads = (servedIn(runnerStateFile(folders, workdir)) ?? []).map(({ thread }) => thread);
  return { name, state: isUp ? up : down, threads, trouble: isUp ? null : trouble, ampOptions };
}

/** The runner that runs a thread's commands now; null if none does. */
export function runnerOf(
  paths: SessionPaths,
  config: Pick<BaseConfig, 'folders'>,
  thread: ThreadId,
): LiveRunner | null {
  const runner = liveRunner(paths, config);
  const isIts = runner !== null && (runner.state === 'serving' || runner.state === 'offline');
  return isIts && runner.threads.includes(thread) ? runner : null;
}
