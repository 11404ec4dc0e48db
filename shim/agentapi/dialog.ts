/** The upper edge of a dialog of Amp's, with its title, and the lower edge, with the keys that answer it. */
const TITLE = /╭─ (\S.*?) ─+╮/;
const KEYS = /╰─.* Enter .*─╯/;

/**
 * The question that Amp asks the person in front of it, such as `Approval Required`: until it is answered, Amp goes on
 * with nothing (test/conformance/amp-dialogs.test.ts). AgentAPI knows nothing of it.
 * @param screen the agent's screen (`AgentApi.screen`).
 * @returns the title of its dialog; null if there is none.
 */
export function dialogOn(screen: string): string | null {
  const lines = screen.split('\n');
  const bottom = lines.findLastIndex((line) => KEYS.test(line));
  const titles = lines.slice(0, bottom + 1).flatMap((line) => TITLE.exec(line)?.[1] ?? []);
  return titles.at(-1) ?? null;
}
