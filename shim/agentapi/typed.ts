/**
 * A prompt as AgentAPI types it: trimmed of ASCII white space (TrimWhitespace in its lib/msgfmt/msgfmt.go).
 */
export function typedPrompt(prompt: string): string {
  return prompt.replace(/^[ \t\n\r\f\v]+/, '').replace(/[ \t\n\r\f\v]+$/, '');
}

/**
 * What Amp drops or changes in pasted text: every control character but tab and line feed, and half of a surrogate
 * pair, which no byte sequence stands for (0.0.1790142911; test/workspace/typed.test.ts).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const LOST = /[\0-\x08\x0b-\x1f\x7f-\x9f]|\p{Surrogate}/u;

/**
 * Why a message can't be typed without a change.
 * @returns a name for the first character that would be lost, or null: it arrives as it is.
 */
export function whyNotTyped(text: string): string | null {
  const code = LOST.exec(typedPrompt(text))?.[0].codePointAt(0);
  if (code === undefined) return null;
  return code === 0x0d ? 'a carriage return' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Behind these, Amp takes the return key for something else: for a choice from its list of files, or for a line
 * break.
 */
const CATCHES_RETURN = /(?:@\S*|\\)$/;
/** White space that AgentAPI leaves at the end of a message, and that Amp removes there. */
const NO_BREAK_SPACE = '\u00a0';

/** What AgentAPI has to type for Amp to get a message. */
export function keysFor(text: string): string {
  const typed = typedPrompt(text);
  return CATCHES_RETURN.test(typed) ? `${typed}${NO_BREAK_SPACE}` : typed;
}
