import * as z from 'zod';
import { linesIn } from '../lines.ts';
import { waitUntil } from '../wait.ts';
import { executable } from './cache.ts';

const Event = z.union([
  z.object({ started: z.object({ pid: z.int(), columns: z.int(), rows: z.int(), term: z.string() }) }),
  z.object({ input: z.string() }),
  z.object({ signal: z.string() }),
]);

/** What the echo agent recorded: how it was started, every character that came in, and the signals. */
export type EchoRecord = {
  readonly started: {
    readonly pid: number;
    readonly columns: number;
    readonly rows: number;
    readonly term: string;
  } | null;
  readonly input: string;
  readonly signals: readonly string[];
};

/** What the agent receives before anything else. */
export const FIRST = ' \b';
/** What it receives for a text: a keystroke and its deletion, bracketed paste, a carriage return. */
export const typed = (text: string): string => `x\b\x1b[200~${text}\x1b[201~\r`;

/** The command that runs the echo agent; its options are described in echo-agent.ts. */
export function echoAgent(record: string, ...options: string[]): string[] {
  return [executable('echo-agent.ts', 'echo-agent'), record, ...options];
}

/** Reads what an echo agent has recorded so far; empty if there is no file yet. */
export function readEcho(record: string): EchoRecord {
  const events = linesIn(record).map((line) => Event.parse(JSON.parse(line)));
  return {
    started: events.flatMap((event) => ('started' in event ? [event.started] : []))[0] ?? null,
    input: events.flatMap((event) => ('input' in event ? [event.input] : [])).join(''),
    signals: events.flatMap((event) => ('signal' in event ? [event.signal] : [])),
  };
}

/**
 * Waits until the record meets a condition.
 * @throws after two minutes.
 */
export function waitForEcho(record: string, shows: (echo: EchoRecord) => boolean): Promise<EchoRecord> {
  return waitUntil("the echo agent's record", async () => {
    const seen = readEcho(record);
    return { done: shows(seen), seen };
  });
}
