import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { makePrivateFolder, replaceFile, tryToReadText } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { identifyProcess } from '../system/processes.ts';
import type { AmpFolders } from './folders.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

/** A thread that a runner serves, and its folder; null for the one that the runner was started in. */
export type ServedThread = { readonly thread: ThreadId; readonly folder: string | null };

const State = z.looseObject({
  runnerId: z.string(),
  servedThreadIds: z.optional(z.array(z.string())),
  servedThreadWorkingDirectories: z.optional(z.record(z.string(), z.string())),
});

/** Where Amp keeps what it knows of the runner of a work folder (test/conformance/amp-runner.test.ts). */
export function runnerStateFile({ data }: AmpFolders, workdir: string): string {
  return join(data, `runner/${nameOf(workdir)}.json`);
}

/**
 * The threads that Amp's file about a runner names, in its order.
 * @returns null if there is no file, or none that Amp itself would understand.
 */
export function servedIn(file: string): ServedThread[] | null {
  const state = readState(file);
  if (state === null) return null;
  return (state.servedThreadIds ?? []).flatMap((id) => {
    const thread = parseThreadId(id);
    return thread === null ? [] : [{ thread, folder: state.servedThreadWorkingDirectories?.[id] ?? null }];
  });
}

/**
 * Has a runner serve these threads and no others from its next start on. Everything else in the file stays. Amp
 * must not be running: it would write over this.
 * @param runner the ID and the work folder of the runner; null to leave what is there.
 */
export function writeServed(
  file: string,
  runner: { readonly name: string; readonly workdir: string } | null,
  served: readonly ServedThread[],
): void {
  const before = readState(file);
  if (before === null && runner === null) return;
  const folders = served.flatMap(({ thread, folder }) => (folder === null ? [] : [[thread, folder]]));
  const state = {
    ...(before ?? {}),
    ...(runner === null ? {} : { runnerId: runner.name, workingDirectory: realOf(runner.workdir) }),
    servedThreadIds: served.map(({ thread }) => thread),
    servedThreadWorkingDirectories: Object.fromEntries(folders),
  };
  makePrivateFolder(dirname(file));
  replaceFile(file, `${JSON.stringify(state, null, '\t')}\n`);
}

const PidFile = z.looseObject({ pid: z.number(), processIdentity: z.optional(z.nullable(z.string())) });

/** The process that serves a work folder as a runner now, whoever started it; null if none does. */
export function servingProcess({ cache }: AmpFolders, workdir: string): number | null {
  const parsed = PidFile.safeParse(readJson(join(cache, `pids/runner-${nameOf(workdir)}.pid`)));
  if (!parsed.success) return null;
  const { pid, processIdentity } = parsed.data;
  const running = identifyProcess(pid);
  if (running === null) return null;
  // `linux:<boot ID>:<start tick>`: another process may have got its number.
  const tick = /^linux:[^:]+:(\d+)$/.exec(processIdentity ?? '')?.[1];
  return tick === undefined || Number(tick) === running.started ? pid : null;
}

function readState(file: string): z.infer<typeof State> | null {
  const parsed = State.safeParse(readJson(file));
  return parsed.success ? parsed.data : null;
}

function readJson(file: string): unknown {
  const reading = tryToReadText(file);
  return reading.kind === 'text' ? parseJson(reading.text) : null;
}

function nameOf(workdir: string): string {
  return createHash('sha256').update(realOf(workdir)).digest('hex').slice(0, 16);
}

function realOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
