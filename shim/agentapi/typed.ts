/**
 * A prompt as AgentAPI types it: trimmed of ASCII white space (TrimWhitespace in its lib/msgfmt/msgfmt.go).
 */
export function typedPrompt(prompt: string): string {
  return prompt.replace(/^[ \t\n\r\f\v]+/, '').replace(/[ \t\n\r\f\v]+$/, '');
}
