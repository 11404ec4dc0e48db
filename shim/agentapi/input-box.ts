/** Lines of Amp's input box: its upper edge, what is in it, its lower edge. */
const TOP = /^╭.*╮$/;
const INSIDE = /^│(.*)│$/;
const BOTTOM = /^╰[^┴]*╯$/;

/**
 * What somebody has typed into Amp's input box and not sent yet.
 * @param screen the agent's screen (`AgentApi.screen`).
 * @returns its lines without the white space around them; empty if there is no box.
 */
export function textInBox(screen: string): string {
  const lines = screen.split('\n').map((line) => line.trim());
  const bottom = lines.findLastIndex((line) => BOTTOM.test(line));
  const top = lines.slice(0, bottom + 1).findLastIndex((line) => TOP.test(line));
  const inside = top < 0 ? [] : lines.slice(top + 1, bottom);
  return inside
    .map((line) => INSIDE.exec(line)?.[1]?.trim() ?? '')
    .join('\n')
    .trim();
}

/**
 * Whether Amp lacks the websocket that carries a thread's messages. The lower edge of its input box then says that it is
 * connecting, or counts down to its next try (0.0.1790142911; test/conformance/amp-records.test.ts).
 */
export function isConnecting(screen: string): boolean {
  const edge = screen
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => BOTTOM.test(line));
  return /^╰ \S (Connecting|Reconnecting in)\b/.test(edge ?? '');
}

/**
 * What an agent says, without an input box at its end. AgentAPI removes only whole ones, and takes the rest of one
 * whose upper edge hasn't changed for something that the agent says.
 */
export function withoutBox(message: string): string {
  const lines = message.trimEnd().split('\n');
  if (!BOTTOM.test(lines.at(-1)?.trim() ?? '')) return message;
  let end = lines.length - 1;
  while (end > 0 && INSIDE.test(lines[end - 1]?.trim() ?? '')) end--;
  if (end > 0 && TOP.test(lines[end - 1]?.trim() ?? '')) end--;
  return lines.slice(0, end).join('\n');
}
