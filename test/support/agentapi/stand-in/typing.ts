import { setTimeout as sleep } from 'node:timers/promises';
import type { Pauses } from './pauses.ts';
import type { Terminal } from './terminal.ts';

const LONGEST_PAUSE_MS = 500;
/** Carriage returns are repeated only this rarely, because an agent may act on each one. */
const RETURN_AGAIN_MS = 3000;
const RETURN_CHECK_MS = 25;

/**
 * The key strokes for a message: first one that is deleted again, without which some agents show the paste
 * markers, then the text as a paste, so that its line breaks don't submit it.
 */
export function pasted(text: string): string[] {
  return ['x\b', '\x1b[200~', text, '\x1b[201~'];
}

/**
 * Types a message and makes sure that the agent takes it. Source: FormatMessage in lib/httpapi/claude.go and
 * writeStabilize in lib/screentracker/pty_conversation.go of coder/agentapi v0.12.1.
 * @throws if the screen does not change after the text, or after the carriage return.
 */
export async function type(
  terminal: Terminal,
  keys: readonly string[],
  { settled, typing }: Pick<Pauses, 'settled' | 'typing'>,
): Promise<void> {
  const before = await terminal.read();
  for (const part of keys) terminal.write(part);
  await sleep(50);
  await until('failed to wait for screen to stabilize', 100, typing, async () => {
    const screen = await terminal.read();
    if (screen === before) return false;
    await sleep(settled);
    return (await terminal.read()) === screen;
  });

  const typed = await terminal.read();
  let returned = Number.NEGATIVE_INFINITY;
  await until('failed to wait for processing to start', 2 * RETURN_CHECK_MS, typing, async () => {
    if (performance.now() - returned >= RETURN_AGAIN_MS) {
      returned = performance.now();
      terminal.write('\r');
    }
    await sleep(RETURN_CHECK_MS);
    return (await terminal.read()) !== typed;
  });
}

/** Repeats a check with exponential backoff, starting at `pause` milliseconds, for `limit` milliseconds. */
async function until(
  failure: string,
  pause: number,
  limit: number,
  done: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + limit;
  for (let next = pause; !(await done()); next = Math.min(2 * next, LONGEST_PAUSE_MS)) {
    if (performance.now() > end) throw new Error(`${failure}: timeout waiting for condition`);
    await sleep(next);
  }
}
