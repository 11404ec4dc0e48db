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

/**
 * The titles in the output of `amp threads list --json` and of `amp threads search --json`.
 * @returns null if the call failed or this version has no `--json` (before 2026-05).
 */
export function titlesIn(run: AmpRun): ReadonlyMap<ThreadId, string> | null {
  if (run.exitCode !== 0) return null;
  const listed = Listed.safeParse(parseJson(run.stdout));
  if (!listed.success) return null;
  return new Map(
    listed.data.flatMap(({ id, title: given }) => {
      const [thread, title] = [parseThreadId(id), titleOf(given)];
      return thread === null || title === null ? [] : [[thread, title] as const];
    }),
  );
}
