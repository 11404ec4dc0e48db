import * as z from 'zod/mini';
import { replaceFile, tryToReadText } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { whole } from '../system/shapes.ts';
import type { SessionPaths } from './paths.ts';

const AfterRestart = z.object({
  /** Whether the thread's last turn is unfinished although the agent is idle. */
  interrupted: z.boolean(),
  /** How many messages the chat lacks because they came while the agent wasn't running. */
  chatLacks: whole,
});

/** What Amp said of a restarted agent's thread when it was last asked. */
export type AfterRestart = z.infer<typeof AfterRestart>;

const Kept = z.object({
  /** The launch that it is about, as the history has it. */
  launch: z.string(),
  /** Null if Amp hasn't said yet. */
  found: z.nullable(AfterRestart),
  /** Until when Amp isn't asked again, in milliseconds since 1970. */
  until: z.number(),
});

/** What is kept of asking Amp after a launch. */
export type Kept = z.infer<typeof Kept>;

/** What is kept of a launch; null if Amp hasn't been asked since. */
export function readAfterRestart(paths: SessionPaths, launch: string): Kept | null {
  const reading = tryToReadText(paths.afterRestart);
  const parsed = Kept.safeParse(reading.kind === 'text' ? parseJson(reading.text) : null);
  return parsed.success && parsed.data.launch === launch ? parsed.data : null;
}

/** Keeps it, so that Amp isn't asked again. Without it, Amp is. */
export function keepAfterRestart(paths: SessionPaths, kept: Kept): void {
  try {
    replaceFile(paths.afterRestart, JSON.stringify(kept));
  } catch {
    // A full volume.
  }
}
