import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';
import type { AmpRun } from './outcome.ts';
import { parseThreadId, type ThreadId } from './thread-id.ts';

const Listed = z.array(z.looseObject({ id: z.string(), title: z.nullish(z.string()) }));
/** Amp's placeholder for a thread that has no title yet. */
const UNTITLED = 'Untitled';

/** A title as Amp gives it; null for none. */
export function titleOf(given: string | null | undefined): string | null {
  return !given || given === UNTITLED ? null : given;
}

/** The threads in the output of `amp threads search --json`; null as for `titlesIn`. */
export function foundIn(run: AmpRun): readonly ThreadId[] | null {
  const listed = readList(run);
  return listed?.flatMap(({ id }) => parseThreadId(id) ?? []) ?? null;
}

/**
 * The titles in the output of `amp threads list --json` and of `amp threads search --json`.
 * @returns null if the call failed or this version has no `--json` (before 2026-05).
 */
export function titlesIn(run: AmpRun): ReadonlyMap<ThreadId, string> | null {
  const listed = readList(run);
  if (listed === null) return null;
  return new Map(
    listed.flatMap(({ id, title: given }) => {
      const [thread, title] = [parseThreadId(id), titleOf(given)];
      return thread === null || title === null ? [] : [[thread, title] as const];
    }),
  );
}

function readList(run: AmpRun): z.infer<typeof Listed> | null {
  if (run.exitCode !== 0) return null;
  const listed = Listed.safeParse(parseJson(run.stdout));
  return listed.success ? listed.data : null;
}
