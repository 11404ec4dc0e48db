import { rmSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import * as z from 'zod/mini';
import { recordTimes, timesOf, type WrittenSince } from '../amp/file-times.ts';
import type { AmpFolders } from '../amp/folders.ts';
import { isSince, tryToReadText } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { machineOfThisProcess } from '../system/machine.ts';
import { namesTo } from '../system/shapes.ts';
import type { SessionPaths } from './paths.ts';
import type { Session } from './session.ts';

/** The name under which AgentAPI's state file is noted, wherever it lies. */
export const CHAT = 'chat';

/** More than any agent opens threads in a session; a home may have thousands of logs. */
const MOST_FILES = 500;

const LaunchFile = z.object({
  /** The launch that it is about. */
  at: z.string(),
  machine: z.string(),
  /** How long that machine had been up, in milliseconds. */
  up: z.number(),
  files: namesTo(z.number()),
  /** Files of this time or an older one were left out; null if none were. */
  leftOut: z.nullable(z.number()),
  /** When the user had said the last message of the chat; null where there was none. */
  said: z.nullable(z.string()),
});

/** What was there when an agent was launched. */
export type Launch = {
  /** Whether a file has been written since. */
  readonly wrote: WrittenSince;
  /** Milliseconds since; null if nobody knows: the machine has been started again, or is another one. */
  readonly elapsed: () => number | null;
  /** When the user had said the last message of its chat; undefined if nobody knows. */
  readonly said: string | null | undefined;
};

/**
 * Notes what the files of Amp and AgentAPI look like when the agent is launched. One that looks different
 * later has been written since, whatever the clocks say: a clock is corrected, and a volume may have another
 * machine's. It isn't synced: without it, or where it is damaged, times are compared (see `launchOf`).
 * @param stateFile AgentAPI's state file, and when the user said the last message in it.
 */
export function noteLaunch(
  paths: SessionPaths,
  launched: Session['launched'],
  folders: AmpFolders,
  { stateFile, said }: { readonly stateFile: string | null; readonly said: string | null },
): void {
  if (launched === null) return;
  const times = { ...recordTimes(folders), ...(stateFile === null ? {} : timesOf(stateFile, CHAT)) };
  const newest = Object.entries(times).sort(([, one], [, other]) => other - one);
  const note: z.infer<typeof LaunchFile> = {
    at: launched.at,
    machine: machineOfThisProcess(),
    up: uptime() * 1_000,
    files: Object.fromEntries(newest.slice(0, MOST_FILES)),
    leftOut: newest[MOST_FILES]?.[1] ?? null,
    said,
  };
  try {
    // Removed first, so that a link in its place is not followed.
    rmSync(paths.launch, { force: true });
    writeFileSync(paths.launch, JSON.stringify(note), { flag: 'wx', mode: 0o600 });
  } catch {
    // A full volume: the history has the launch, and that is enough for an agent to start.
  }
}

/**
 * What was there at a launch.
 * @param at the launch, as the history has it. For another one than the last, or one that an older version
 * recorded, the times of files are compared with its time.
 */
export function launchOf(paths: SessionPaths, at: string): Launch {
  const reading = tryToReadText(paths.launch);
  const parsed = LaunchFile.safeParse(reading.kind === 'text' ? parseJson(reading.text) : null);
  if (!parsed.success || parsed.data.at !== at)
    return { wrote: (_name, time) => isSince(time, Date.parse(at)), elapsed: () => null, said: undefined };
  const { files, leftOut, machine, up, said } = parsed.data;
  return {
    wrote: (name, time) => {
      const before = Object.hasOwn(files, name) ? files[name] : undefined;
      return before === undefined ? leftOut === null || time > leftOut : before !== time;
    },
    elapsed: () => (machine === machineOfThisProcess() ? Math.max(0, uptime() * 1_000 - up) : null),
    said,
  };
}
