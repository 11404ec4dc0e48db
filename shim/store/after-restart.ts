import * as z from 'zod/mini';
import { replaceFile, tryToReadText } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { whole } from '../system/shapes.ts';
import type { SessionPaths } from './paths.ts';

const AfterRestart = z.object({
  /** The launch that it is about, as the history has it. */
  launch: z.string(),
  /** Whether the thread's last turn is unfinished although the agent is idle. */
  interrupted: z.boolean(),
  /** How many messages the chat lacks because they came while the agent wasn't running. */
  chatLacks: whole,
});

/** What Amp said of a restarted agent's thread when it was last asked. */
export type AfterRestart = z.infer<typeof AfterRestart>;

/** What is known since a launch; null if Amp hasn't been asked since. */
export function readAfterRestart(paths: SessionPaths, launch: string): AfterRestart | null {
  const reading = tryToReadText(paths.afterRestart);
  const parsed = AfterRestart.safeParse(reading.kind === 'text' ? parseJson(reading.text) : null);
  return parsed.success && parsed.data.launch === launch ? parsed.data : null;
}

/** Keeps it, so that Amp isn't asked again. Without it, Amp is. */
export function keepAfterRestart(paths: SessionPaths, found: AfterRestart): void {
  try {
    replaceFile(paths.afterRestart, JSON.stringify(found));
  } catch {
    // A full volume.
  }
}
