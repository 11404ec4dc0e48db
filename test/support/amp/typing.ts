// What people do in Amp's TUI, for the tests that do it.
import type { Terminal, TerminalEnd } from '../terminal.ts';

export function shows(terminal: Terminal, text: string): Promise<void> {
  return terminal.until((screen) => screen.includes(text));
}

/** Puts a text into Amp's input box. */
export async function put(terminal: Terminal, text: string): Promise<void> {
  await terminal.paste(text);
  await shows(terminal, text.slice(text.lastIndexOf('\n') + 1));
}

/** Sends a message, without waiting for what comes of it. */
export async function send(terminal: Terminal, text: string): Promise<void> {
  await put(terminal, text);
  terminal.type('\r');
}

/** Sends a message, and waits for its answer. */
export async function say(terminal: Terminal, text: string): Promise<void> {
  await send(terminal, text);
  await shows(terminal, `I heard: ${text.split('\n')[0]}`);
}

/** Runs a command of Amp's palette. */
export async function choose(terminal: Terminal, command: string): Promise<void> {
  terminal.type('\x0f');
  await terminal.until((screen) => /palette/i.test(screen));
  await send(terminal, command);
  await terminal.until((screen) => !/palette/i.test(screen));
}

/** Ends Amp as a person does. */
export async function quit(terminal: Terminal): Promise<TerminalEnd> {
  terminal.type('\x03');
  await terminal.until((screen) => /ctrl.?c/i.test(screen));
  terminal.type('\x03');
  return terminal.ended;
}
