import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from './terminal.ts';

/** How long each of the two waits may take. */
const TIMEOUT_MS = 15_000;
const LONGEST_PAUSE_MS = 500;
/** A carriage return is repeated only this rarely: an agent may act on each one. */
const RETURN_AGAIN_MS = 3000;
const RETURN_CHECK_MS = 25;

/**
 * The key strokes for a message: one taken back first, without which some agents show the paste marks, then the text as
 * pasted, so that its line ends submit nothing.
 */
export function pasted(text: string): string[] {
  return ['x\b', '\x1b[200~', text, '\x1b[201~'];
}

/**
 * Types a message and sees that the agent takes it. Source: FormatMessage in lib/httpapi/claude.go and writeStabilize in
 * lib/screentracker/pty_conversation.go of coder/agentapi v0.12.1.
 * @param settled how long the screen must have stayed the same after the text was typed, in milliseconds.
 * @throws when the screen does not change after the text, or after the carriage return.
 */
export async function type(terminal: Terminal, keys: readonly string[], settled: number): Promise<void> {
  const before = await terminal.read();
  for (const part of keys) terminal.write(part);
  await sleep(50);
  await until('failed to wait for screen to stabilize', 100, async () => {
    const screen = await terminal.read();
    if (screen === before) return false;
    await sleep(settled);
    return (await terminal.read()) === screen;
  });

  const typed = await terminal.read();
  let returned = Number.NEGATIVE_INFINITY;
  await until('failed to wait for processing to start', 2 * RETURN_CHECK_MS, async () => {
    if (performance.now() - returned >= RETURN_AGAIN_MS) {
      returned = performance.now();
      terminal.write('\r');
    }
    await sleep(RETURN_CHECK_MS);
    return (await terminal.read()) !== typed;
  });
}

/** Repeats a check with pauses that double from `pause` milliseconds on. */
async function until(failure: string, pause: number, done: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + TIMEOUT_MS;
  for (let next = pause; !(await done()); next = Math.min(2 * next, LONGEST_PAUSE_MS)) {
    if (performance.now() > end) throw new Error(`${failure}: timeout waiting for condition`);
    await sleep(next);
  }
}
