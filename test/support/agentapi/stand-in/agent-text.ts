// Reading Amp's screen. Sources: lib/msgfmt and lib/screentracker/diff.go of coder/agentapi v0.12.1.

/** What AgentAPI trims from a text; fewer characters than JavaScript's trim(). */
const EDGES = /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g;
/** How much of the typed text's first line is searched for on the screen, in characters. */
const ECHO_HEAD = 6;
/** Where the echo must begin: within these lines or characters, whichever is more. */
const ECHO_LINES = 6;
const ECHO_CHARACTERS = 25;
/** How many characters may differ on either side before echo and typed text count as different. */
const ECHO_GAP = 5;

/** A text trimmed as AgentAPI types it. */
export function trimmed(text: string): string {
  return text.replace(EDGES, '');
}

/**
 * Whether the agent counts as ready for input, which is when its input box is drawn. A blank screen counts as
 * ready too: AgentAPI compares the screen with what is left of it without the box, and replaces nothing with
 * a welcome.
 */
export function isReady(screen: string): boolean {
  const text = withoutEmptyEdges(screen);
  return withoutInputBox(text) !== text;
}

/**
 * What the agent says on a screen.
 * @param before the screen before the last text was typed.
 * @param typed that text, empty if there was none.
 */
export function agentMessage(before: string, screen: string, typed: string): string {
  return withoutEmptyEdges(withoutInputBox(withoutEcho(newLines(before, screen), typed)));
}

function newLines(before: string, screen: string): string {
  const known = new Set(before.split('\n'));
  const lines = screen.split('\n');
  const first = lines.findIndex((line) => !known.has(line));
  const fresh = first === -1 ? '' : lines.slice(first).join('\n');
  // If there are only blank lines, they stay: otherwise the box, and with it the welcome, would not be found.
  return withoutEmptyEdges(fresh) || fresh;
}

function withoutInputBox(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const bottom = lines.findLastIndex((line) => line.startsWith('╰') && line.endsWith('╯'));
  const above = lines.slice(0, bottom + 1);
  const top = above.findLastIndex((line) => line.startsWith('╭') && line.endsWith('╮'));
  const rest = top === -1 ? text : text.split('\n').slice(0, top).join('\n');
  return rest === '' ? 'Welcome to Amp' : rest;
}

function withoutEmptyEdges(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  return first === -1
    ? ''
    : lines.slice(first, lines.findLastIndex((line) => line.trim() !== '') + 1).join('\n');
}

type Placed = { readonly char: string; readonly line: number };

function placed(text: string): Placed[] {
  return text
    .split('\n')
    .flatMap((content, line) => [...content.replace(/[ \t\r\f\v]/g, '')].map((char) => ({ char, line })));
}

/** Drops the lines in which the agent repeats what was typed, even if wrapped or decorated. */
function withoutEcho(text: string, typed: string): string {
  const shown = placed(text);
  const wanted = placed(typed);
  const head = wanted.slice(0, ECHO_HEAD).filter(({ line }) => line === 0);
  const reach = Math.max(ECHO_CHARACTERS, shown.filter(({ line }) => line < ECHO_LINES).length);
  const start = head.length === 0 ? -1 : indexOf(shown.slice(0, reach), head);
  if (start === -1) return text;
  const end = shown[echoEnd(shown, wanted, start)]?.line ?? 0;
  return text
    .split('\n')
    .slice(end + 1)
    .join('\n');
}

function indexOf(shown: readonly Placed[], head: readonly Placed[]): number {
  return shown.findIndex((_, at) => head.every(({ char }, offset) => shown[at + offset]?.char === char));
}

/** Compares echo and typed text up to the last character that they have in common. */
function echoEnd(shown: readonly Placed[], wanted: readonly Placed[], start: number): number {
  let at = { shown: start, wanted: 0 };
  for (;;) {
    const next = nextMatch(shown, wanted, at);
    if (next === null) return at.shown;
    at = next;
  }
}

type Place = { readonly shown: number; readonly wanted: number };

function nextMatch(shown: readonly Placed[], wanted: readonly Placed[], at: Place): Place | null {
  for (let skipped = 1; skipped <= ECHO_GAP; skipped++) {
    for (let ahead = 1; ahead <= ECHO_GAP; ahead++) {
      const here = shown[at.shown + ahead];
      const there = wanted[at.wanted + skipped];
      if (here === undefined || there === undefined) return null;
      if (here.char === there.char) return { shown: at.shown + ahead, wanted: at.wanted + skipped };
    }
  }
  return null;
}
