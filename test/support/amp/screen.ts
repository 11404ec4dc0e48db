export function hasInputBox(screen: string): boolean {
  return /╭[─ ].*╮/.test(screen) && /╰.*╯/.test(screen);
}

/**
 * Whether the real Amp takes a message for the thread that it was opened on. Its input box is there earlier:
 * a message that is sent while the box says 'Loading Thread' goes to a new thread
 * (test/conformance/amp-terminal-record.test.ts).
 */
export function isReady(screen: string): boolean {
  return hasInputBox(screen) && !screen.includes('Loading Thread') && !screen.includes('Connecting');
}
