import { type Leftover, leftoversOf } from '../agent/leftovers.ts';
import { type LiveAgent, liveAgent } from '../agent/live.ts';
import { cut, plain } from '../terminal/table.ts';
import { ago } from '../terminal/time.ts';
import type { Key } from './key.ts';
import { shortId } from './reference.ts';

/** A command that outlived its agent or runner, for programs. */
export type LeftoverView = {
  readonly pid: number;
  readonly command: string;
  /** When it was started; null where the system doesn't tell. */
  readonly since: string | null;
  /** In whose turn it was started. */
  readonly thread: string;
  /** How many processes it is, with what it has started. */
  readonly processes: number;
};

/** How to end them. */
export const HOW_TO_END =
  "'amp-session cleanup --processes' ends what an earlier agent or runner left running.";

const LONGEST_COMMAND = 60;

/** What earlier agents and runners of a key left running; null where the system doesn't show its processes. */
export function leftovers(
  key: Pick<Key, 'config' | 'paths' | 'read'>,
  live: LiveAgent = liveAgent(key.paths, key.read()),
): readonly Leftover[] | null {
  return leftoversOf(key.config, key.paths, live);
}

/** One of them, for programs. */
export function leftoverView({ pid, command, since, thread, processes }: Leftover): LeftoverView {
  return { pid, command, since, thread, processes: processes.length };
}

/** One of them in a line for a person: `make -j8 (process 4711 and 3 below it), started 5 minutes ago in T-7be40d19`. */
export function leftoverWords({ pid, command, since, thread, processes }: LeftoverView, now: Date): string {
  const below = processes > 1 ? ` and ${processes - 1} below it` : '';
  const when = since === null ? '' : ` ${ago(since, now)}`;
  return `${cut(plain(command), LONGEST_COMMAND)} (process ${pid}${below}), started${when} in ${shortId(thread)}`;
}
